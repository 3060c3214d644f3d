// run: cli
// console: ignore
// args: --vus 20 --iterations 20
// expect-init-error: waits_then_throws.js:8:21: Error: not this one
// expect-no-output: could not be made
// note: init stages that wait beside each other fail as one would alone
await new Promise((resolve) => setTimeout(resolve, 20));
if (__VU > 2) throw new Error('not this one');
export default function () {}
