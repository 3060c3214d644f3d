// run: cli
// expect-exit: 107
// expect-output: refused
// console: ignore
export async function setup() {
  throw new Error('refused');
}
export default function () {}
