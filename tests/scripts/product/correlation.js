// note: block under "Chain requests by extracting values from one response and us" of the product's document, unchanged
// replace: https://api.example.com -> {TARGET}
// args: --vus 2 --iterations 4
// expect-check: profile loaded 4/0
// expect-check: order exists 4/0
// expect-check: order is pending 4/0
// expect-metric: http_reqs.count == 16

var http = require('mockarty/http');
module.exports.default = function () {
// Step 1: Login and extract token
var loginRes = http.post('https://api.example.com/auth/login',
JSON.stringify({ username: 'testuser', password: 'testpass' }),
{ headers: { 'Content-Type': 'application/json' } }
);
var token = loginRes.json().token;
// Step 2: Use token in subsequent requests
var profileRes = http.get('https://api.example.com/profile', {
headers: { 'Authorization': 'Bearer ' + token },
});
check(profileRes, {
'profile loaded': function (r) { return r.status === 200; },
});
// Step 3: Create an order
var orderRes = http.post('https://api.example.com/orders',
JSON.stringify({ product: 'widget', quantity: 1 }),
{ headers: {
'Authorization': 'Bearer ' + token,
'Content-Type': 'application/json',
}}
);
var orderId = orderRes.json().id;
// Step 4: Check order status
var statusRes = http.get('https://api.example.com/orders/' + orderId, {
headers: { 'Authorization': 'Bearer ' + token },
});
check(statusRes, {
'order exists': function (r) { return r.status === 200; },
'order is pending': function (r) { return r.json().status === 'pending'; },
});
};
