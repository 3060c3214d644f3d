// run: cli
// console: run
// expect: later
// expect: undefined
// note: what a promise is settled with is what setup() returned
export async function setup() {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return 'later';
}
export default function (data) {
  console.log(data);
}
export async function teardown() {
  console.log(await Promise.resolve(undefined));
}
