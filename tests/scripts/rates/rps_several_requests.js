// note: requests are paced, not iterations
// run: cli
// args: --workers 1
// expect-metric: http_reqs.count >= 288
// expect-metric: http_reqs.count <= 312
var http = require('mockarty/http');
module.exports.options = { rps: 100, duration: '3s', vus: 4 };
module.exports.default = function () {
  for (var i = 0; i < 4; ++i) http.get(__ENV.TARGET + '/get');
};
