// expect-output: vusers
// console: ignore
export const options = { vusers: 5 };
export default function () {}
