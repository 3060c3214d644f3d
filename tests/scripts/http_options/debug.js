// run: cli
// console: ignore
// expect-output: GET /bytes/5 HTTP/1.1
// expect-output: HTTP/1.1 200 OK
// expect-output: abcde
var http = require('k6/http');
exports.options = { httpDebug: 'full' };
exports.default = function () { http.get(__ENV.BASE_URL + '/bytes/5'); };
