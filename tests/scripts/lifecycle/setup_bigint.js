// run: cli
// expect-exit: 107
// expect-output: setup() returned what JSON cannot carry (Do not know how to serialize a BigInt): expected null, booleans, numbers, texts, and arrays and objects of them
// console: ignore
export function setup() { return { ids: [1n] }; }
export default function () {}
