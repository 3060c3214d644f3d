// note: the helper of jslib sees the option
// console: run
// expect: s
// expect-output: max=0.05s
import { Trend } from 'k6/metrics';
import { textSummary } from 'https://jslib.k6.io/k6-summary/0.1.0/index.js';
export const options = { summaryTimeUnit: 's' };
const trend = new Trend('my_trend', true);
export default function () { trend.add(50); }
export function handleSummary(data) {
  console.log(data.options.summaryTimeUnit);
  return { stdout: textSummary(data, { indent: ' ' }) };
}
