// run: cli
// expect-exit: 100
// expect-output: setup() did not return within
// console: ignore
export const options = { setupTimeout: '200ms' };
export function setup() {
  for (;;) {
    try {
      for (;;) {}
    } catch (e) {}
  }
}
export default function () {}
