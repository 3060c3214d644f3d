var http = require('mockarty/http');

// Where the requests go: -e BASE_URL=http://host:port
var BASE_URL = __ENV.BASE_URL || 'http://127.0.0.1:8080';

module.exports.options = {
  vus: 10,
  duration: '30s',
};

module.exports.default = function () {
  var res = http.get(BASE_URL + '/users');
  check(res, {
    'status is 200': function (r) { return r.status === 200; },
    'response time < 500ms': function (r) { return r.timings.duration < 500; },
  });
  sleep(1);
};
