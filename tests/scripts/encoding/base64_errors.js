// expect: TypeError: base64Encode: expected text or an ArrayBuffer
// expect: TypeError: base64Decode: expected base64 as text
// expect: Error: base64Decode: not base64 (std): unexpected character at offset 1
// expect: Error: base64Decode: not base64 (std): the text ends too early, at offset 3
// expect: Error: base64Decode: not base64 (std): unexpected character at offset 4
// expect: Error: base64Decode: not base64 (std): the text ends too early, at offset 1
var encoding = require('mockarty/encoding');
exports.default = function () {
  function attempt(f, x) { try { console.log('no error', f(x)); } catch (e) { console.log(String(e)); } }
  attempt(encoding.base64Encode, 5);
  attempt(encoding.base64Decode, null);
  attempt(encoding.base64Decode, 'a*bc');
  attempt(encoding.base64Decode, 'YQ=');
  attempt(encoding.base64Decode, 'YQ==YQ==');
  attempt(encoding.base64Decode, 'Y');
};
