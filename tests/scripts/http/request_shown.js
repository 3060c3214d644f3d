// expect: POST {"x":1} {"User-Agent":["mockarty/0.1"],"Content-Type":["application/json"],"X-A":["b"]}
// expect: {"c":[{"name":"c","value":"1","replace":false}],"d":[{"name":"d","value":"2","replace":true}]}
// expect: GET {"User-Agent":["mockarty/0.1"]} {} ""
// expect: true HTTP/1.1 127.0.0.1 true "" ""
var http = require('k6/http');
exports.default = function () {
  var res = http.post(__ENV.BASE_URL + '/post', '{"x":1}', {
    headers: { 'Content-Type': 'application/json', 'X-A': 'b' }, cookies: { c: '1', d: { value: '2', replace: true } } });
  console.log(res.request.method, res.request.body, JSON.stringify(res.request.headers));
  console.log(JSON.stringify(res.request.cookies));
  res = http.get(__ENV.BASE_URL + '/get');
  console.log(res.request.method, JSON.stringify(res.request.headers), JSON.stringify(res.request.cookies),
    JSON.stringify(res.request.body));
  console.log(res.request.url === res.url, res.proto, res.remote_ip, res.remote_port > 0,
    JSON.stringify(res.tls_version), JSON.stringify(res.tls_cipher_suite));
};
