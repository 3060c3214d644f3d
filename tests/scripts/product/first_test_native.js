// note: block under "Or equivalently in Mockarty native format:" of the product's document, unchanged
// replace: https://api.example.com -> {TARGET}
// args: --vus 2 --iterations 4
// expect-check: status is 200 4/0
// expect-check: response time < 500ms 4/0
// expect-metric: http_reqs.count == 4

var http = require('mockarty/http');
module.exports.options = {
vus: 10,
duration: '30s',
};
module.exports.default = function () {
var res = http.get('https://api.example.com/users');
check(res, {
'status is 200': function (r) { return r.status === 200; },
'response time < 500ms': function (r) { return r.timings.duration < 500; },
});
sleep(1);
};
