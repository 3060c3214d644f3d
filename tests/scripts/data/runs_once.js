// note: the function runs once in a process, whatever the number of virtual users: all see the same random number
// args: --vus 20 --iterations 40 --workers 2
// expect-checks: 40/0
// expect-metric: made.min == 5
// expect-output: PASS [same] max<1
import { SharedArray } from 'k6/data';
import { Trend } from 'k6/metrics';
const random = new SharedArray('random', () => Array.from({ length: 5 }, () => Math.random()));
const again = new SharedArray('random', () => { throw new Error('not again'); });
const made = new Trend('made');
const same = new Trend('same');
export const options = { thresholds: { same: ['max<1'] } };
export default function () {
  made.add(random.length);
  same.add(Math.abs(random[0] - again[0]));
  check(random, { 'the same rows': (r) => r[4] === again[4] });
}
