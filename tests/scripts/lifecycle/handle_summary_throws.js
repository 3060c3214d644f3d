// run: cli
// expect-output: handle_summary_throws.js:8:9: Error: oops
// expect-output: iteration_duration
// console: ignore
// note: the run's own summary is shown then
export default function () {}
export function handleSummary() {
  throw new Error('oops');
}
