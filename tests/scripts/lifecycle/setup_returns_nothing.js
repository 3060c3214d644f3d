// run: cli
// console: run
// expect: undefined
// expect: undefined
export function setup() {}
export default function (data) {
  console.log(`${typeof data}`);
}
export function teardown(data) {
  console.log(`${typeof data}`);
}
