// iterations: 3
// expect-output: PASS [my_trend] p(90) < 200
// expect-output: PASS [my_trend] avg<=100
// expect-output: PASS [my_rate] rate==1
// expect-output: PASS [my_counter] count > 2
// expect-output: PASS [my_gauge] value == 7
import { Trend, Rate, Counter, Gauge } from 'k6/metrics';
const [trend, rate, counter, gauge] = [new Trend('my_trend'), new Rate('my_rate'), new Counter('my_counter'), new Gauge('my_gauge')];
export const options = {
  thresholds: {
    my_trend: ['p(90) < 200', 'avg<=100', 'med>1', 'min >= 50', 'max != 0'],
    my_rate: ['rate==1'], my_counter: ['count > 2'], my_gauge: ['value == 7'],
  },
};
export default function () { trend.add(50); rate.add(true); counter.add(1); gauge.add(7); }
