// run: cli
// expect-exit: 101
// expect-output: teardown() did not return within 200ms
// expect-metric: iterations.count == 1
// console: ignore
import { sleep } from 'k6';
export const options = { teardownTimeout: '200ms' };
export default function () {}
export function teardown() {
  sleep(60);
}
