// expect: 0 1212 true null
// expect: 0 1101 true null
// expect: 0 1020 true null
// expect: 0 1020 true null
// expect: 0 1050 true null
// expect: 404 1404 ""
// expect: 503 1503 ""
// expect: TypeError: http.get: expected a URL as the first argument
var http = require('k6/http');
exports.default = function () {
  function show(res) { console.log(res.status, res.error_code, res.error.length > 0, res.body); }
  show(http.get('http://127.0.0.1:1/'));
  show(http.get('http://does-not-exist.invalid/'));
  show(http.get('not a url'));
  show(http.get('ftp://127.0.0.1/'));
  show(http.get(__ENV.BASE_URL + '/delay/2000', { timeout: 50 }));
  var res = http.get(__ENV.BASE_URL + '/status/404');
  console.log(res.status, res.error_code, JSON.stringify(res.error));
  res = http.get(__ENV.BASE_URL + '/status/503');
  console.log(res.status, res.error_code, JSON.stringify(res.error));
  try { http.get(); } catch (e) { console.log(String(e)); }
};
