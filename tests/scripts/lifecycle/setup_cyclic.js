// run: cli
// expect-exit: 107
// expect-output: setup() returned what JSON cannot carry (cyclic input): expected null
// console: ignore
export function setup() {
  const a = {};
  a.a = a;
  return a;
}
export default function () {}
