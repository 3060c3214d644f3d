// expect-metric: iteration_duration.min >= 50
// expect-metric: iterations.count == 3
// iterations: 3
import { sleep } from 'k6';
export default function () { sleep(0.05); sleep(0); }
