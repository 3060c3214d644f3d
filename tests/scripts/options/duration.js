// args: --workers 1
// expect-metric: iterations.count >= 5
// expect-metric: iteration_duration.max < 5000
export const options = { duration: '600ms', vus: 2 };
export default function () { sleep(0.05); }
