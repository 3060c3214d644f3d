// run: cli
// expect-no-output: iteration_duration
// console: ignore
// note: as k6 does: a handleSummary() that returns nothing shows nothing
export default function () {}
export function handleSummary() {}
