// note: what add() takes
// expect-metric: rate_values.passes == 3
// expect-metric: rate_values.fails == 3
// expect-metric: counter_values.count == 6.5
// expect: 6 errors
import { Counter, Rate, Trend } from 'k6/metrics';
const rate = new Rate('rate_values');
const counter = new Counter('counter_values');
const trend = new Trend('trend_values');
export default function () {
  [true, 1, '5', false, 0, '0'].forEach((value) => rate.add(value));
  [1, 2.5, '3', false].forEach((value) => counter.add(value));
  let errors = 0;
  const attempt = (f) => { try { f(); } catch (e) { errors += e instanceof TypeError ? 1 : 0; } };
  [NaN, Infinity, undefined, null, 'x', {}].forEach((value) => attempt(() => trend.add(value)));
  console.log(errors, 'errors');
}
