var http = require('mockarty/http');

// Where the requests go: -e BASE_URL=http://host:port
var BASE_URL = __ENV.BASE_URL || 'http://127.0.0.1:8080';

module.exports.default = function () {
  // Step 1: Login and extract token
  var loginRes = http.post(BASE_URL + '/auth/login',
    JSON.stringify({ username: 'testuser', password: 'testpass' }),
    { headers: { 'Content-Type': 'application/json' } }
  );
  var token = loginRes.json().token;
  // Step 2: Use token in subsequent requests
  var profileRes = http.get(BASE_URL + '/profile', {
    headers: { 'Authorization': 'Bearer ' + token },
  });
  check(profileRes, {
    'profile loaded': function (r) { return r.status === 200; },
  });
  // Step 3: Create an order
  var orderRes = http.post(BASE_URL + '/orders',
    JSON.stringify({ product: 'widget', quantity: 1 }),
    { headers: {
      'Authorization': 'Bearer ' + token,
      'Content-Type': 'application/json',
    }}
  );
  var orderId = orderRes.json().id;
  // Step 4: Check order status
  var statusRes = http.get(BASE_URL + '/orders/' + orderId, {
    headers: { 'Authorization': 'Bearer ' + token },
  });
  check(statusRes, {
    'order exists': function (r) { return r.status === 200; },
    'order is pending': function (r) { return r.json().status === 'pending'; },
  });
};
