// run: cli
// expect-exit: 107
// expect-output: cyclic
// console: ignore
export function setup() {
  const a = {};
  a.a = a;
  return a;
}
export default function () {}
