// iterations: 3
// expect-output: PASS [sized{size:big}] avg==100
// expect-output: PASS [sized{size:small}] avg==1
import { Trend } from 'k6/metrics';
const trend = new Trend('sized');
export const options = { thresholds: { 'sized{size:big}': ['avg==100'], 'sized{size:small}': ['avg==1'] } };
export default function () {
  trend.add(100, { size: 'big', n: 1 });
  trend.add(1, { size: 'small' });
}
