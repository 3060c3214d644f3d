// args: --vus 5 --iterations 100
// expect-checks: 200/100
// expect-check: always 100/0
// expect-check: never 0/100
import { check } from 'k6';
export default function () { check(__ITER, { always: true, 'a number': (n) => n >= 0, never: () => false }); }
