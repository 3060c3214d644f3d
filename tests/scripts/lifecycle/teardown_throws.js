// run: cli
// expect-exit: 107
// expect-output: teardown(): 
// expect-output: left over
// expect-metric: iterations.count == 1
// console: ignore
export default function () {}
export function teardown() {
  throw new Error('left over');
}
