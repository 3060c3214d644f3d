// iterations: 2
// expect-checks: 100%
// expect-output: PASS [hits{user:gold}] count==2
// expect-output: PASS [hits{user:plain}] count==1
// expect-output: PASS [hits{n:5}] count==2
// run: cli
import exec from 'k6/execution';
export const options = { thresholds: { 'hits{user:gold}': ['count==2'], 'hits{user:plain}': ['count==1'], 'hits{n:5}': ['count==2'] } };
const hits = new Counter('hits');
export default function () {
  const { tags } = exec.vu.metrics;
  if (__ITER === 0) {
    check(tags, { 'none at first': (t) => t.user === undefined && !('user' in t) });
    tags.user = 'gold';
    exec.vu.tags.n = 5;
    hits.add(1);
    hits.add(1, { other: 'x' });
    check(tags, {
      'as text': (t) => t.user === 'gold' && t.n === '5' && 'user' in t,
      'the same by both names': () => exec.vu.tags.user === 'gold',
      'bad values': (t) => [{}, null, undefined].every((bad) => { try { t.bad = bad; return false; } catch (e) { return e instanceof TypeError; } }),
      'bad names': (t) => { try { t[''] = 'x'; return false; } catch (e) { return e instanceof TypeError; } },
    });
  } else {
    check(tags, { 'kept from one iteration to the next': (t) => t.user === 'gold' });
    delete tags.n;
    tags.user = 'plain';
    hits.add(1);
    check(tags, { 'taken away': (t) => t.n === undefined && t.user === 'plain' });
  }
}
