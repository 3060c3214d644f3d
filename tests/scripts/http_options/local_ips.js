// run: cli
// expect: 127.0.0.7
var http = require('k6/http');
exports.options = { localIPs: '127.0.0.7' };
exports.default = function () { console.log(http.get(__ENV.BASE_URL + '/get').json('origin').split(':')[0]); };
