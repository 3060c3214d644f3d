// note: 0 to 100/s in 1 s, then 1 s of it: 50 + 100
// run: cli
// args: --workers 2
// expect-metric: http_reqs.count == 150
var http = require('mockarty/http');
module.exports.options = {
  maxVUs: 20,
  stages: [{ duration: '1s', targetRPS: 100 }, { duration: '1s', target: 0, targetRPS: 100 }],
};
module.exports.default = function () { http.get(__ENV.TARGET + '/get'); };
