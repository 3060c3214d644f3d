// note: block under "Shared data arrays for data-driven tests." of the product's document, unchanged
// replace: https://api.example.com -> {TARGET}
// args: --vus 3 --iterations 9
// expect-metric: http_reqs.count == 9
// expect-metric: http_req_failed.rate == 0

var data = require('mockarty/data');
// SharedArray runs the factory ONCE, then shares the result across all VUs
var users = data.SharedArray('users', function () {
return [
{ username: 'alice', password: 'pass123' },
{ username: 'bob', password: 'pass456' },
{ username: 'charlie', password: 'pass789' },
];
});
module.exports.default = function () {
// Access by index (VU-safe, read-only)
var idx = Math.floor(Math.random() * users.length);
var user = users.get(idx);
var http = require('mockarty/http');
http.post('https://api.example.com/login',
JSON.stringify(user),
{ headers: { 'Content-Type': 'application/json' } }
);
};
