// expect: Error: http.get: params.auth: "ntlm" is not supported; "basic" and "digest" are
// expect: TypeError: http.get: params.auth: expected "basic" or "digest", got "bearer"
// expect: 401
var http = require('k6/http');
exports.default = function () {
  function fails(f) { try { f(); } catch (e) { console.log(String(e)); } }
  fails(function () { http.get(__ENV.BASE_URL, { auth: 'ntlm' }); });
  fails(function () { http.get(__ENV.BASE_URL, { auth: 'bearer' }); });
  var url = __ENV.BASE_URL.replace('http://', 'http://u:p@') + '/basic-auth/u/p';
  console.log(http.get(url, { auth: 'digest' }).status);
};
