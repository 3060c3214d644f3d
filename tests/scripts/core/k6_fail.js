// args: --vus 2 --iterations 6
// expect-error: k6_fail.js:7:58: Error: the answer was 41
// expect-metric: iterations.count == 6
import { fail, check } from 'k6';
// expect-check: is 42 0/6
export default function () {
  if (check(41, { 'is 42': (n) => n === 42 }) === false) fail(`the answer was ${41}`);
  check(1, { 'not reached': true });
}
