// note: a jar of the script's own may be made in the init stage and is kept over iterations
// iterations: 2
// expect: {}
// expect: {"a":"1"}
var http = require('k6/http');
var jar = new http.CookieJar();
exports.default = function () {
  console.log(JSON.stringify(http.get(__ENV.BASE_URL + '/cookies', { jar: jar }).json('cookies')));
  http.get(__ENV.BASE_URL + '/cookies/set?a=1', { jar: jar });
};
