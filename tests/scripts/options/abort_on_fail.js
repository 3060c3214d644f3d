// args: --vus 2 --duration 30s
// expect-exit: 99
// expect-metric: iteration_duration.max < 20000
export const options = { thresholds: { bad: [{ threshold: 'count<1', abortOnFail: true }] } };
const bad = new Counter('bad');
export default function () { bad.add(1); sleep(0.1); }
