// expect-output: 12.5ms
// expect-metric: waiting_time.avg == 12.5
import { Trend } from 'k6/metrics';
const trend = new Trend('waiting_time', true);
export default function () { trend.add(12.5); }
