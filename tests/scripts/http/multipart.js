// expect: multipart/form-data; boundary= true
// expect: --B|Content-Disposition: form-data; name="field"||value|--B|Content-Disposition: form-data; name="list"||1|--B|Content-Disposition: form-data; name="list"||2|--B|Content-Disposition: form-data; name="f"; filename="a%22b.txt"|Content-Type: text/plain||hello|--B--|
// expect: AAEC
// expect: application/octet-stream file
// expect: TypeError: http.file: expected the data as a string, an ArrayBuffer or a typed array
// expect: TypeError: http.file: the file name holds a line end
var http = require('k6/http');
exports.default = function () {
  var url = __ENV.BASE_URL + '/post';
  var res = http.post(url, { field: 'value', list: [1, 2], f: http.file('hello', 'a"b.txt', 'text/plain') });
  var type = res.json('headers.Content-Type');
  var boundary = type.split('boundary=')[1];
  console.log(type.split(boundary)[0], boundary.length >= 40);
  console.log(res.json('body').split(boundary).join('B').split('\r\n').join('|'));
  res = http.post(url, new Uint8Array([0, 1, 2]).buffer);
  console.log(res.json('body_base64') || btoaOf(res.json('body')));
  var file = http.file(new Uint8Array([1]).buffer);
  console.log(file.content_type, file.filename);
  function fails(f) { try { f(); } catch (e) { console.log(String(e)); } }
  fails(function () { http.file(5); });
  fails(function () { http.file('x', 'a\nb'); });
};
function btoaOf(text) { return text === '\u0000\u0001\u0002' ? 'AAEC' : 'other: ' + JSON.stringify(text); }
