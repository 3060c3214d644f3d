// note: block under "Encoding/decoding utilities." of the product's document, unchanged
// around: exports.default = function () { check(0, { json: obj.name === 'Alice', text: str === '{"name":"Alice"}', encoded: encoded === 'SGVsbG8sIFdvcmxkIQ==', decoded: decoded === 'Hello, World!' }); };
// expect-checks: 4/0

var encoding = require('mockarty/encoding');
// JSON
var obj = encoding.jsonParse('{"name":"Alice"}'); // → { name: "Alice" }
var str = encoding.jsonStringify({ name: 'Alice' }); // → '{"name":"Alice"}'
// Base64
var encoded = encoding.base64Encode('Hello, World!'); // → "SGVsbG8sIFdvcmxkIQ=="
var decoded = encoding.base64Decode('SGVsbG8sIFdvcmxkIQ=='); // → "Hello, World!"
