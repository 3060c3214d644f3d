// note: what inherits from a jar does not take it along when it goes, not even in the middle of a call
// expect: {"a":["1"]}
// expect: {"a":["1"],"b":["2"]}
var http = require('k6/http');
exports.default = function () {
  var url = 'http://h.test/';
  var jar = new http.CookieJar();
  function inherit() { var heir = Object.create(jar); heir.mine = 1; heir = null; }
  jar.set(url, 'a', '1');
  inherit();
  console.log(JSON.stringify(jar.cookiesForURL(url)));
  jar.set(url, { toString: function () { inherit(); return 'b'; } }, '2');
  console.log(JSON.stringify(jar.cookiesForURL(url)));
};
