// expect: array 4 GET POST GET PUT
// expect: 200 200 404 200
// expect: {"a":1}
// expect: 1
// expect: first,second 200 200
// expect: 0 0
// expect: 0 1212 true
// expect: 200
// expect: TypeError: http.batch: expected an array or an object of requests
// expect: TypeError: http.batch[1]: expected a URL, [method, url, body, params] or {method, url, body, params}
// expect: TypeError: http.batch[0]: params.timeout: expected milliseconds above 0, or a duration such as "10s", up to 24h, got "-1"
// expect: 50 true
var http = require('k6/http');
exports.default = function () {
  var base = __ENV.BASE_URL;
  var list = http.batch([
    base + '/get',
    ['POST', base + '/post', JSON.stringify({ a: 1 }), { headers: { 'Content-Type': 'application/json' } }],
    { method: 'GET', url: base + '/status/404' },
    { method: 'PUT', url: base + '/put', body: { x: '1' } },
  ]);
  console.log(Array.isArray(list) ? 'array' : 'no array', list.length,
    list.map(function (r) { return r.request.method; }).join(' '));
  console.log(list.map(function (r) { return r.status; }).join(' '));
  console.log(JSON.stringify(list[1].json('json')));
  console.log(list[3].json('form.x'));
  var named = http.batch({ first: base + '/get', second: ['GET', base + '/bytes/10'] });
  console.log(Object.keys(named).join(), named.first.status, named.second.status);
  console.log(http.batch([]).length, Object.keys(http.batch({})).length);
  var mixed = http.batch(['http://127.0.0.1:1/', base + '/get']);
  console.log(mixed[0].status, mixed[0].error_code, mixed[0].error.length > 0);
  console.log(mixed[1].status);
  function fails(f) { try { f(); } catch (e) { console.log(String(e)); } }
  fails(function () { http.batch('x'); });
  fails(function () { http.batch([base, 5]); });
  fails(function () { http.batch([['GET', base, null, { timeout: -1 }]]); });
  var many = [];
  for (var i = 0; i < 50; ++i) { many.push(base + '/bytes/' + i); }
  many = http.batch(many);
  console.log(many.length, many.every(function (r, i) { return r.status === 200 && r.body.length === i; }));
};
