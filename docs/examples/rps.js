// A rate of requests: the engine finds the virtual users for it.
var http = require('mockarty/http');

var base = __ENV.BASE_URL || 'http://127.0.0.1:8080';

module.exports.options = {
  vus: 5,
  maxVUs: 50,
  stages: [
    { duration: '5s', targetRPS: 50 },
    { duration: '10s', targetRPS: 50 },
    { duration: '5s', targetRPS: 0 },
  ],
  thresholds: { http_req_scheduled_duration: ['p(95) < 500'] },
};

module.exports.default = function () {
  http.get(base + '/products');
  http.get(base + '/users');
};
