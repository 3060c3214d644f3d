// As http_get.js, to a server whose certificate nobody knows. ES5, so that k6 and mockarty-cli run the same file.
var http = require('k6/http');
var check = require('k6').check;

var url = __ENV.URL;

module.exports.options = { insecureSkipTLSVerify: true };

module.exports.default = function () {
  var res = http.get(url);
  check(res, {
    'status is 200': function (r) {
      return r.status === 200;
    },
  });
};
