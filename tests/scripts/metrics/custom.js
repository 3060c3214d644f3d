// expect: my_trend
// expect: TypeError: Trend must be called with new
// expect: Error: new Counter: true
// expect: TypeError: Trend.add: expected a finite number for metric 'my_trend', got nan
// expect: TypeError: Counter.add: expected a non-negative finite number for metric 'my_counter', got -1
// expect: TypeError: add: not called on a metric
var metrics = require('k6/metrics');
var trend = new Trend('my_trend', true);
var counter = new metrics.Counter('my_counter');
var rate = new Rate('my_rate');
var gauge = new Gauge('my_gauge');
exports.default = function () {
  console.log(trend.name);
  trend.add(12.5); counter.add(1); counter.add('2'); rate.add(true); rate.add(0); gauge.add(-7, { tag: 'x' });
  function attempt(f) { try { f(); } catch (e) { console.log(String(e)); } }
  attempt(function () { Trend('x'); });
  try { new Counter('bad name!'); } catch (e) { console.log(String(e).substr(0, 19), e.message.length > 20); }
  attempt(function () { trend.add(NaN); });
  attempt(function () { counter.add(-1); });
  attempt(function () { trend.add.call({}, 1); });
};
