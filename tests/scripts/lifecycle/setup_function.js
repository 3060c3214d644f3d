// run: cli
// expect-exit: 107
// expect-output: setup() returned what JSON cannot carry (a function): expected null
// console: ignore
export function setup() { return () => 1; }
export default function () {}
