// run: cli
// expect: tls1.3
var http = require('k6/http');
exports.options = { insecureSkipTLSVerify: true, tlsVersion: { min: 'tls1.3' } };
exports.default = function () { console.log(http.get(__ENV.TARGET_TLS + '/get').tls_version); };
