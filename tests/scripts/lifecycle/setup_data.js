// run: cli
// console: run
// expect: setup
// expect: iteration 0 {"token":"abc","list":[1,2]}
// expect: iteration 1 {"token":"abc","list":[1,2]}
// expect: teardown {"token":"abc","list":[1,2]}
// iterations: 2
export function setup() {
  console.log('setup');
  return { token: 'abc', list: [1, 2], f: () => 1 };
}
export default function (data) {
  console.log(`iteration ${__ITER} ${JSON.stringify(data)}`);
}
export function teardown(data) {
  console.log(`teardown ${JSON.stringify(data)}`);
}
