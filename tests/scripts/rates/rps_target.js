// note: a script without k6's modules: a target
// run: cli
// args: --workers 2
// expect-output: requests, 100/s for 2s, 1 to 50 VUs
// expect-metric: http_reqs.count == 200
// expect-metric: dropped_iterations.count == none
var http = require('mockarty/http');
module.exports.options = { rps: 100, duration: '2s', maxVUs: 50 };
module.exports.default = function () { http.get(__ENV.TARGET + '/get'); };
