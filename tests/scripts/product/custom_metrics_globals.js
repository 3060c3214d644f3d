// note: block under "Create custom metrics as globals:" of the product's document, unchanged
// around: default
// expect-metric: my_custom_counter.count == 1
// expect-metric: my_custom_trend.avg == 42.5
// expect-metric: my_custom_rate.rate == 0.5
// expect-metric: my_custom_gauge.value == 7

// Counter — accumulates a total
var myCounter = new Counter('my_custom_counter');
myCounter.add(1);
// Trend — tracks a distribution (min, max, avg, percentiles)
var myTrend = new Trend('my_custom_trend');
myTrend.add(42.5);
// Rate — tracks pass/fail ratio
var myRate = new Rate('my_custom_rate');
myRate.add(true); // passed
myRate.add(false); // failed
// Gauge — tracks a current value
var myGauge = new Gauge('my_custom_gauge');
myGauge.add(7);
