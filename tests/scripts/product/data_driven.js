// note: block under "Use SharedArray to load test data that is created once and s" of the product's document, unchanged
// replace: https://api.example.com -> {TARGET}
// args: --vus 2 --iterations 4
// expect-metric: http_reqs.count == 4
// expect-metric: http_req_failed.rate == 0

var http = require('mockarty/http');
var data = require('mockarty/data');
var faker = require('mockarty/faker');
// Create 1000 test users once, shared across all VUs
var users = data.SharedArray('test-users', function () {
var result = [];
for (var i = 0; i < 1000; i++) {
result.push({
email: faker.email(),
password: faker.password(),
name: faker.name(),
});
}
return result;
});
module.exports.options = {
vus: 50,
duration: '5m',
};
module.exports.default = function () {
// Each VU picks a random user
var idx = Math.floor(Math.random() * users.length);
var user = users.get(idx);
http.post('https://api.example.com/register',
JSON.stringify(user),
{ headers: { 'Content-Type': 'application/json' } }
);
sleep(0.5);
};
