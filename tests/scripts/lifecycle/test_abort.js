// run: cli
// console: run
// expect-exit: 108
// expect: cleaned up
// expect-error: test aborted: no stock left
// args: --vus 2 --duration 60s
// note: the run ends at once, teardown() runs all the same
import exec from 'k6/execution';
import { sleep } from 'k6';
export default function () {
  sleep(0.1);
  if (__VU === 1) exec.test.abort('no stock left');
}
export function teardown() {
  console.log('cleaned up');
}
