// expect: TypeError: http.expectedStatuses: expected 1 to 100 arguments, got 0
// expect: TypeError: http.expectedStatuses: expected status codes from 0 to 999 and {min, max} objects of such
// expect: TypeError: http.setResponseCallback: expected http.expectedStatuses(...) or null
// expect: TypeError: http.get: params.responseCallback: expected http.expectedStatuses(...) or null, got "function () { [ecmascript code] }"
// expect: 404 404 200
var http = require('k6/http');
http.setResponseCallback(http.expectedStatuses(200, { min: 400, max: 499 }));
exports.default = function () {
  var base = __ENV.BASE_URL;
  function fails(f) { try { f(); } catch (e) { console.log(String(e).replace(/\s+/g, ' ')); } }
  fails(function () { http.expectedStatuses(); });
  fails(function () { http.expectedStatuses(200, { min: 1 }); });
  fails(function () { http.setResponseCallback(function () {}); });
  fails(function () { http.get(base, { responseCallback: function () {} }); });
  console.log(http.get(base + '/status/404').status,
    http.get(base + '/status/404', { responseCallback: http.expectedStatuses(404) }).status,
    http.get(base + '/get', { responseCallback: null }).status);
};
