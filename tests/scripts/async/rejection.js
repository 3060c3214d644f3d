// expect: iteration 0
// expect: iteration 1
// expect-error: rejection.js:9
// expect-error: rejection.js:12
// iterations: 2
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function fails(n) {
  await wait(1);
  if (n === 0) throw new Error('rejected');
  setTimeout(() => { console.log('never runs: the error before it ends the iteration'); }, 30);
  await wait(1);
  throw new TypeError('second');
}
export default async function () {
  console.log('iteration', __ITER);
  await fails(__ITER);
}
