// expect-output: 50000.00µs
import { Trend } from 'k6/metrics';
export const options = { summaryTimeUnit: 'us' };
const trend = new Trend('my_trend', true);
export default function () { trend.add(50); }
