// run: cli
// expect-exit: 100
// expect-output: setup() did not return within 300ms
// console: ignore
import { sleep } from 'k6';
export const options = { setupTimeout: '300ms' };
export function setup() {
  sleep(60);
}
export default function () {}
