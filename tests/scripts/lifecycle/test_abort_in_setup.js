// run: cli
// expect-exit: 108
// expect-output: test.abort: closed today
// console: ignore
import exec from 'k6/execution';
export function setup() {
  exec.test.abort('closed today');
}
export default function () {}
