// note: without insecureSkipTLSVerify the target's own authority is not known
// run: cli
// expect: 0 1310
var http = require('k6/http');
exports.default = function () {
  var res = http.get(__ENV.TARGET_TLS + '/get');
  console.log(res.status, res.error_code);
};
