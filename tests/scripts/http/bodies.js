// expect: 10 10
// expect: null
// expect: gzip deflate br zstd
// expect: 5
// expect: 204 ""
// expect: é😀
var http = require('k6/http');
exports.default = function () {
  var base = __ENV.BASE_URL;
  var binary = http.get(base + '/bytes/10', { responseType: 'binary' }).body;
  console.log(binary.byteLength, new Uint8Array(binary).length);
  console.log(http.get(base + '/get', { responseType: 'none' }).body);
  console.log(['gzip', 'deflate', 'brotli', 'zstd'].map(function (coding) {
    var res = http.get(base + '/' + coding, { headers: { 'Accept-Encoding': 'gzip, deflate, br, zstd' } });
    return res.json() ? res.headers['Content-Encoding'] : 'bad';
  }).join(' '));
  console.log(http.get(base + '/redirect/5', { redirects: 10 }).url.length - base.length + 1);
  var empty = http.get(base + '/status/204');
  console.log(empty.status, JSON.stringify(empty.body));
  console.log(http.post(base + '/post', 'é😀').json().body);
};
