// run: cli
// args: --workers 2
// expect-metric: iterations.count == 30
var http = require('mockarty/http');
module.exports.options = { rps: 100, iterations: 30 };
module.exports.default = function () { http.get(__ENV.TARGET + '/get'); };
