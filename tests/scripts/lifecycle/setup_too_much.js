// run: cli
// expect-exit: 107
// expect-output: setup() returned more than 8 MiB
// console: ignore
export function setup() {
  return 'x'.repeat(9 * 1024 * 1024);
}
export default function () {}
