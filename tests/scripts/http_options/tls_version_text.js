// run: cli
// expect: tls1.2
var http = require('k6/http');
exports.options = { insecureSkipTLSVerify: true, tlsVersion: 'tls1.2' };
exports.default = function () { console.log(http.get(__ENV.TARGET_TLS + '/get').tls_version); };
