// run: cli
// expect-exit: 110
// expect-metric: iterations.count == 3
// iterations: 3
import exec from 'k6/execution';
export default function () {
  if (__ITER === 0) exec.test.fail('not as it should be');
}
