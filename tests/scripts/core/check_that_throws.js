// note: a condition that throws counts as failed, and the error goes on
// expect-check: throws 0/1
// expect-check: before 1/0
// expect-error: check_that_throws.js:9:22: TypeError
import { check } from 'k6';
export default function () {
  check(null, {
    before: true,
    throws: (r) => r.status === 200,
    never: true,
  });
}
