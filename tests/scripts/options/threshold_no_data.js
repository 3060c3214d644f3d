// expect-exit: 99
// expect-output: NO DATA
import { Trend } from 'k6/metrics';
new Trend('never_added');
export const options = { thresholds: { never_added: ['avg < 10'] } };
export default function () {}
