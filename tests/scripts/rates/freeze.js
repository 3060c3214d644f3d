// note: the target answers nothing for two seconds: the usual latency hardly sees it, that from the due instant does
// run: cli
// target: own
// args: --workers 1
// expect-metric: iterations.count == 500
// expect-metric: dropped_iterations.count == none
// expect-metric: http_req_duration.p95 < 500
// expect-metric: http_req_scheduled_duration.p95 > 1000
// expect-metric: http_req_scheduled_duration.max >= 1900
// expect-metric: iteration_lag.p90 > 500
// expect-output: http_req_scheduled_duration
var http = require('mockarty/http');
module.exports.options = { rps: 100, duration: '5s', maxVUs: 1 };
module.exports.default = function () {
  if (__ITER === 100) http.get(__ENV.TARGET + '/freeze?ms=2000');
  else http.get(__ENV.TARGET + '/get');
};
