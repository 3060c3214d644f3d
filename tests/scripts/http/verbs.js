// expect: POST body
// expect: PUT body
// expect: PATCH body
// expect: DELETE 
// expect: DELETE k6 body
// expect: 200 0
// expect: true
// expect: POST a=1&b=two+words&b=%C3%A4%26
// expect: application/x-www-form-urlencoded
// expect: text/x-own
// expect: POST bytes
var http = require('mockarty/http');
var k6 = require('k6/http');
exports.default = function () {
  var base = __ENV.BASE_URL;
  function show(res) { var echo = res.json(); console.log(echo.method, echo.body); return echo; }
  show(http.post(base + '/post', 'body'));
  show(http.put(base + '/put', 'body', {}));
  show(http.patch(base + '/patch', 'body'));
  show(http.del(base + '/delete', { headers: { 'X-A': 'b' } }));
  show(k6.del(base + '/delete', 'k6 body'));
  var head = http.head(base + '/get');
  console.log(head.status, head.body.length);
  console.log(http.options(base + '/get').status > 0);
  var form = show(http.post(base + '/post', { a: 1, b: ['two words', 'ä&'] }));
  console.log(form.headers['Content-Type']);
  console.log(http.post(base + '/post', { a: 1 }, { headers: { 'content-type': 'text/x-own' } }).json().headers['content-type']);
  show(http.request('POST', base + '/post', new Uint8Array([98, 121, 116, 101, 115])));
};
