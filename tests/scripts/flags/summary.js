// args: --summary-trend-stats avg,p(99.9),count --summary-time-unit s --iterations 1
// run: cli
// expect-output: avg   p(99.9)     count
// expect-output: 0.05s     0.05s         1
import { Trend } from 'k6/metrics';
export const options = { summaryTrendStats: ['min'] };
const trend = new Trend('my_trend', true);
export default function () { trend.add(50); }
