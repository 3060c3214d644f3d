// expect: Alice 3
// expect: {"name":"Alice","list":[1,null,true]}
// expect: SyntaxError
// expect: TypeError: jsonParse: expected JSON as text
// expect: TypeError: jsonStringify: the value has no JSON form (undefined or a function)
// expect: "ü😀"
var encoding = require('mockarty/encoding');
exports.default = function () {
  var value = encoding.jsonParse('{"name":"Alice","n":[1,2,3]}');
  console.log(value.name, value.n.length);
  console.log(encoding.jsonStringify({ name: 'Alice', list: [1, null, true], gone: undefined }));
  try { encoding.jsonParse('{'); } catch (e) { console.log(e.name); }
  try { encoding.jsonParse({}); } catch (e) { console.log(String(e)); }
  try { encoding.jsonStringify(undefined); } catch (e) { console.log(String(e)); }
  console.log(encoding.jsonStringify('ü😀'));
};
