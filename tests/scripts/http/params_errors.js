// expect: TypeError: http.get: params.timeout: expected milliseconds above 0, or a duration such as "10s", up to 24h, got "soon"
// expect: TypeError: http.get: params.headers: expected an object of names and values, got "x"
// expect: TypeError: http.get: params.redirects: expected a whole number from 0 to 1000, got "-1"
// expect: TypeError: http.get: params.responseType: expected "text", "binary" or "none", got "xml"
// expect: TypeError: http.get: params.auth: expected "basic" or "digest", got "own"
// expect: 0 1010
// expect: Error: from a getter
// expect: 200 inner
var http = require('k6/http');
exports.default = function () {
  var url = __ENV.BASE_URL + '/get';
  function attempt(params) { try { http.get(url, params); } catch (e) { console.log(String(e)); } }
  attempt({ timeout: 'soon' });
  attempt({ headers: 'x' });
  attempt({ redirects: -1 });
  attempt({ responseType: 'xml' });
  attempt({ auth: 'own' });
  var res = http.get(url, { headers: { 'X-Injected': 'a\r\nX-Other: b' } });
  console.log(res.status, res.error_code);
  attempt({ headers: { get 'X-A'() { throw new Error('from a getter'); } } });
  res = http.get(url, { headers: { get 'X-A'() { return 'inner' + http.get(url).status; } } });
  console.log(res.status, res.json().headers['X-A'].substr(0, 5));
};
