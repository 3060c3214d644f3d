// run: cli
// expect: 200 tls1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 or ECDSA
var http = require('k6/http');
exports.options = {
  insecureSkipTLSVerify: true, tlsVersion: { min: 'tls1.2', max: 'tls1.2' },
  tlsCipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
};
exports.default = function () {
  var res = http.get(__ENV.TARGET_TLS + '/get');
  console.log(res.status, res.tls_version, res.tls_cipher_suite.replace('ECDSA', 'RSA'), 'or ECDSA');
};
