// expect: TypeError: group: expected a name as the first argument
// expect: TypeError: group: expected a name as the first argument
// expect: TypeError: group: expected a function as the second argument
// expect: RangeError: group: the name is longer than 256 bytes
// expect: thrown inside
// expect-check: after 1/0
// expect-metric: group_duration.count == 1
import { group, check } from 'k6';
export default function () {
  const attempt = (f) => { try { f(); } catch (e) { console.log(String(e)); } };
  attempt(() => group('', () => 1));
  attempt(() => group(null, () => 1));
  attempt(() => group('name'));
  attempt(() => group('x'.repeat(300), () => 1));
  try { group('throws', () => { throw 'thrown inside'; }); } catch (e) { console.log(e); }
  check(1, { after: true });
}
