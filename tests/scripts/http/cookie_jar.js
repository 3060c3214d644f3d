// expect: {"a":["1"],"b":["2"]}
// expect: {"a":"1","b":"2"}
// expect: {"b":["2"]}
// expect: {}
// expect: {"own":"x"}
// expect: {"own":["x"]}
// expect: {}
// expect: Error: CookieJar.set: the cookie cannot be set for that URL: see its name, value, domain, path and secure
// expect: Error: CookieJar.set: invalid URL "nonsense": no scheme; expected http:// or https://
// expect: Error: CookieJar.set: expires: expected a date such as "Mon, 02 Jan 2006 15:04:05 GMT"
// expect: TypeError: CookieJar.set: expected a URL, a name and a value
// expect: TypeError: http.get: params.jar: expected a CookieJar, got "[object Object]"
// expect: {"a":"own"} {"a":"own"}
var http = require('k6/http');
exports.default = function () {
  var base = __ENV.BASE_URL;
  var jar = http.cookieJar();
  http.get(base + '/cookies/set?a=1');
  jar.set(base + '/', 'b', '2', { path: '/', max_age: 100, http_only: true });
  console.log(JSON.stringify(jar.cookiesForURL(base + '/')));
  console.log(JSON.stringify(http.get(base + '/cookies').json('cookies')));
  jar.delete(base + '/', 'a');
  console.log(JSON.stringify(jar.cookiesForURL(base + '/')));
  jar.clear(base + '/');
  console.log(JSON.stringify(jar.cookiesForURL(base + '/')));
  var own = new http.CookieJar();
  own.set(base, 'own', 'x');
  console.log(JSON.stringify(http.get(base + '/cookies', { jar: own }).json('cookies')));
  console.log(JSON.stringify(own.cookiesForURL(base)));
  console.log(JSON.stringify(jar.cookiesForURL(base)));
  function fails(f) { try { f(); } catch (e) { console.log(String(e)); } }
  fails(function () { own.set(base, 'x', 'y', { domain: 'elsewhere.test' }); });
  fails(function () { own.set('nonsense', 'x', 'y'); });
  fails(function () { own.set(base, 'x', 'y', { expires: 'some day' }); });
  fails(function () { own.set(base, 'x'); });
  fails(function () { http.get(base, { jar: {} }); });
  // A jar that lives only as long as its getter's value.
  var params = { get jar() { var made = new http.CookieJar(); made.set(base, 'a', 'own'); return made; } };
  var both = http.batch([['GET', base + '/cookies', null, params], ['GET', base + '/cookies', null, params]]);
  console.log(both.map(function (r) { return JSON.stringify(r.json('cookies')); }).join(' '));
};
