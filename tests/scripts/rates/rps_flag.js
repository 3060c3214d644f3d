// run: cli
// args: --rps 50 --duration 1s --max-vus 8 --workers 1
// expect-output: requests, 50/s for 1s, 1 to 8 VUs
// expect-metric: http_reqs.count == 50
var http = require('mockarty/http');
module.exports.default = function () { http.get(__ENV.TARGET + '/get'); };
