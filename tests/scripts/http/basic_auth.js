// expect: 200 401
var http = require('k6/http');
exports.default = function () {
  var url = __ENV.BASE_URL.replace('http://', 'http://user:secret@');
  console.log(http.get(url + '/basic-auth/user/secret', { auth: 'basic' }).status,
    http.get(__ENV.BASE_URL + '/basic-auth/user/secret').status);
};
