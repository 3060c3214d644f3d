var http = require('mockarty/http');

// Where the requests go: -e BASE_URL=http://host:port
var BASE_URL = __ENV.BASE_URL || 'http://127.0.0.1:8080';

var loginDuration = new Trend('login_duration');
var orderSuccess = new Rate('order_success_rate');
var totalOrders = new Counter('total_orders');

module.exports.options = {
  vus: 20,
  duration: '5m',
  thresholds: {
    'login_duration': ['avg < 300', 'p(95) < 1000'],
    'order_success_rate': ['rate > 0.95'],
  },
};

module.exports.default = function () {
  var start = Date.now();
  var res = http.post(BASE_URL + '/login',
    JSON.stringify({ user: 'test', pass: 'test' }),
    { headers: { 'Content-Type': 'application/json' } }
  );
  loginDuration.add(Date.now() - start);
  var orderRes = http.post(BASE_URL + '/orders',
    JSON.stringify({ item: 'widget' }),
    { headers: { 'Content-Type': 'application/json' } }
  );
  orderSuccess.add(orderRes.status === 201);
  totalOrders.add(1);
  sleep(1);
};
