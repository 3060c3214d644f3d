// expect: 2500 alike
// expect: first {"x":1} own
// expect: {"a":1} SyntaxError SyntaxError SyntaxError undefined
// expect: 7 8 9 10 [] {}
var http = require('k6/http');
exports.default = function () {
  function answer(text) {
    return http.post(__ENV.BASE_URL + '/echo', text, { headers: { 'Content-Type': 'application/json' } });
  }
  // A selector names what a walk over the parsed answer finds.
  var keys = ['a', 'ab', 'items', 'é😀', 'x y', '0', '-', 'a"b', 'back\\slash', 'tab\tkey', 'k'.repeat(40), '}', '[,', '#', ''];
  var seed = 7;
  function random(n) { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n; }
  function make(depth) {
    switch (random(depth > 4 ? 6 : 9)) {
      case 0: return random(1000) - 500;
      case 1: return random(1000) / 7;
      case 2: return 'text "quoted", [brackets] {braces} \\ é' + random(10);
      case 3: return random(2) === 1;
      case 4: return null;
      case 5: return '';
      case 6: { var list = []; for (var i = random(5); i > 0; --i) list.push(make(depth + 1)); return list; }
      default: { var object = {}; for (var j = random(6); j > 0; --j) object[keys[random(keys.length)]] = make(depth + 1); return object; }
    }
  }
  function pick(value, path) {
    for (var i = 0; i < path.length; ++i) {
      if (value === null || typeof value !== 'object') return undefined;
      if (Array.isArray(value) && !/^[0-9]+$/.test(path[i])) return undefined;
      if (!Object.prototype.hasOwnProperty.call(value, path[i])) return undefined;
      value = value[path[i]];
    }
    return value;
  }
  var alike = 0;
  for (var d = 0; d < 50; ++d) {
    var document = { a: make(0), items: [make(0), make(0)], 'é😀': make(0) };
    var res = answer(JSON.stringify(document, null, random(3)));
    for (var p = 0; p < 50; ++p) {
      var path = [['a', 'items', 'é😀', 'nothing'][random(4)]];
      for (var l = random(4); l > 0; --l) path.push(random(2) ? String(random(4)) : keys[random(keys.length - 2)]);
      var found = JSON.stringify(res.json(path.map(function (key) { return key.replace('.', '\\.'); }).join('.')));
      if (found === JSON.stringify(pick(document, path))) ++alike;
      else console.log(JSON.stringify(document), JSON.stringify(path), found);
    }
  }
  console.log(alike, 'alike');
  var twice = answer('{"k":"first","k":"second","o":{"__proto__":{"x":1},"own":"own"}}');
  console.log(twice.json('k'), JSON.stringify(twice.json('o')['__proto__']), twice.json('o.own'));
  function tried(text, selector) {
    try { var value = answer(text).json(selector); return value && typeof value === 'object' ? JSON.stringify(value) : value; }
    catch (error) { return error.name; }
  }
  console.log(tried('{"z":{"a":1}}', 'z'), tried('{"a":1', 'a'), tried('{"a":tru}', 'a'), tried('<html>', 'a'), tried('"text"', 'a'));
  console.log(tried('{"\\u0061":7}', 'a'), tried('[[8]]', '0.0'), tried(' { "a" : 9 } ', 'a'), tried('{"a":10}', 'a'),
              tried('{"a":[ ]}', 'a'), tried('{"a":{ }}', 'a'));
};
