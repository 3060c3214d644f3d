// expect-output: avg   p(99.9)     count
// expect-output: 50.00ms  100.00ms         3
// expect-no-output: p99 
import { Trend } from 'k6/metrics';
export const options = { summaryTrendStats: ['avg', 'p(99.9)', 'count'], summaryTimeUnit: 'ms' };
const trend = new Trend('my_trend', true);
export default function () { [10, 40, 100].forEach((v) => trend.add(v)); }
