// iterations: 4
// expect-metric: a_counter.count == 10
// expect-metric: a_trend.avg == 2.5
// expect-metric: a_trend.max == 4
// expect-metric: a_rate.rate == 0.5
// expect-metric: a_gauge.value == 4
// expect-metric: a_gauge.min == 1
import { Counter, Trend, Rate, Gauge } from 'k6/metrics';
const counter = new Counter('a_counter');
const trend = new Trend('a_trend');
const rate = new Rate('a_rate');
const gauge = new Gauge('a_gauge');
export default function () {
  const n = __ITER + 1;
  counter.add(n); trend.add(n); rate.add(n % 2 === 0); gauge.add(n);
}
