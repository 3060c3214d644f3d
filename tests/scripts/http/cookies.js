// iterations: 2
// expect: v
// expect: sent v
// expect: own w
// expect: v
// expect: sent v
// expect: own w
var http = require('k6/http');
exports.default = function () {
  var base = __ENV.BASE_URL;
  var before = http.get(base + '/cookies').json().cookies;
  if (before && Object.keys(before).length > 0) { console.log('cookies were kept'); }
  var res = http.get(base + '/cookies/set?k=v', { redirects: 0 });
  console.log(res.cookies.k[0].value);
  console.log('sent', http.get(base + '/cookies').json().cookies.k);
  console.log('own', http.get(base + '/cookies', { cookies: { k: { value: 'w', replace: true } } }).json().cookies.k);
};
