// One request and one check a second: what most virtual users do most of the time is wait.
var http = require('k6/http');
var k6 = require('k6');

var url = __ENV.URL;

module.exports.default = function () {
  var res = http.get(url);
  k6.check(res, {
    'status is 200': function (r) {
      return r.status === 200;
    },
  });
  k6.sleep(1);
};
