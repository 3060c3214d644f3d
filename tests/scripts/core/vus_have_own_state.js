// args: --vus 4 --iterations 4 --workers 2
// console: ignore
// expect-metric: own_max.max <= 4
// expect-metric: iterations.count == 4
import { Trend } from 'k6/metrics';
const own = new Trend('own_max');
let count = 0;
export default function () { count += 1; own.add(count); sleep(0.02); }
