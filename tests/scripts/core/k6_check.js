// expect-checks: 4/2
// expect-check: status is 200 1/0
// expect-check: a function that fails 0/1
// expect-check: a value 1/0
// expect-check: a false value 0/1
// expect-metric: checks.passes == 4
// expect-metric: checks.fails == 2
// expect: false true
import { check } from 'k6';
export default function () {
  const all = check({ status: 200 }, {
    'status is 200': (r) => r.status === 200,
    'a function that fails': () => 0,
    'a value': 'text',
    'a false value': null,
  });
  const some = check(5, { 'five': (n) => n === 5, 'more': [1] });
  console.log(all, some);
}
