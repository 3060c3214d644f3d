// expect: 200 200 OK HTTP/1.1
// expect: true true true
// expect: string application/json
// expect: GET true
// expect: 127.0.0.1 true
// expect: undefined
// expect: status,status_text,body,headers,cookies,timings,url,error,error_code,proto,remote_ip,remote_port,tls_version,tls_cipher_suite,request
var http = require('k6/http');
exports.default = function () {
  var res = http.get(__ENV.BASE_URL + '/get?a=1');
  console.log(res.status, res.status_text, res.proto);
  console.log(res.timings.duration > 0, res.timings.duration < 10000, res.timings === res.timings);
  console.log(typeof res.body, res.headers['Content-Type']);
  console.log(res.request.method, res.url === __ENV.BASE_URL + '/get?a=1');
  console.log(res.remote_ip, res.remote_port > 0);
  console.log(res.nothing);
  console.log(Object.keys(JSON.parse(JSON.stringify(res))).join());
};
