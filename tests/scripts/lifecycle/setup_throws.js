// run: cli
// expect-exit: 107
// expect-output: setup_throws.js:8
// expect-output: no login
// expect-no-output: never
// console: ignore
export function setup() {
  throw new Error('no login');
}
export default function () {
  console.log('never');
}
export function teardown() {
  console.log('never');
}
