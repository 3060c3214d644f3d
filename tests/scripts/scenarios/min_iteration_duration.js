// note: iterations shorter than that wait, and do not count as longer
// run: cli
// args: --vus 1 --duration 900ms
// expect-metric: iterations.count >= 2
// expect-metric: iterations.count <= 4
// expect-metric: iteration_duration.min < 250
export const options = { minIterationDuration: '300ms' };
export default function () {}
