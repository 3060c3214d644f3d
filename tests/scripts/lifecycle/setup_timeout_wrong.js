// run: cli
// expect-exit: 104
// expect-output: setupTimeout
// console: ignore
export const options = { setupTimeout: 'soon' };
export function setup() {}
export default function () {}
