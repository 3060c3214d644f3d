// expect: SGVsbG8sIFdvcmxkIQ==
// expect: Hello, World!
// expect: 4pyTIMOgIGxhIG1vZGU=
// expect: ✓ à la mode
// expect: 8J+YgA==
// expect: 😀
// expect: ""
// expect: AQID
var encoding = require('mockarty/encoding');
exports.default = function () {
  ['Hello, World!', '✓ à la mode', '😀'].forEach(function (text) {
    var encoded = encoding.base64Encode(text);
    console.log(encoded);
    console.log(encoding.base64Decode(encoded));
  });
  console.log(JSON.stringify(encoding.base64Decode(encoding.base64Encode(''))));
  console.log(encoding.base64Encode(new Uint8Array([1, 2, 3])));
};
