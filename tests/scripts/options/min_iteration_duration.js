// note: short iterations wait for the rest; the wait is none of their duration
// args: --vus 1 --iterations 3
// expect: true
// expect-metric: iteration_duration.max < 150
const first = Date.now();
export const options = { minIterationDuration: '150ms' };
export default function () { if (__ITER === 2) console.log(Date.now() - first >= 300); }
