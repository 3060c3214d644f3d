// args: --workers 1
// expect-metric: done.min < 0.4
// expect-metric: done.max > 0.6
// expect-metric: done.max <= 1
import exec from 'k6/execution';
export const options = { vus: 1, duration: '1s' };
const done = new Trend('done');
export default function () { done.add(exec.scenario.progress); sleep(0.05); }
