// expect: {"a":[1,-2,3.5,1e+300,true,false,null,"é€😀","",{}],"b":{"c":{"d":[]}}}
// expect: 1 undefined 3 10 é€😀
// expect: [1,3] [] 0
// expect: last undefined undefined undefined
// expect: 9007199254740993 18446744073709552000 100000000000000000000
// expect: own true
// expect: RangeError: json: the selector is longer than 4096 bytes
// expect: SyntaxError SyntaxError
// expect: 30
// expect: undefined undefined
var http = require('k6/http');
exports.default = function () {
  function answer(text) { return http.post(__ENV.BASE_URL + '/post', text, { headers: { 'Content-Type': 'text/plain' } }); }
  function parsed(text) {  // what the server sends back is the text in "body"; its own JSON parsed once more
    return http.post(__ENV.BASE_URL + '/post', text, { headers: { 'Content-Type': 'application/json' } });
  }
  var res = parsed('{"a":[1,-2,3.5,1e300,true,false,null,"\u00e9\u20ac\ud83d\ude00","",{}],"b":{"c":{"d":[]}}}');
  console.log(JSON.stringify(res.json().json));
  console.log(res.json('json.a.0'), res.json('json.a.99'), res.json('json.a.#') - 7, res.json('json.a.#'), res.json('json.a.7'));
  res = parsed('{"l":[{"i":1},{"k":2},{"i":3}],"e":[]}');
  console.log(JSON.stringify(res.json('json.l.#.i')), JSON.stringify(res.json('json.e.#.i')), res.json('json.e.#'));
  console.log(answer('x').json('body') === 'x' ? 'last' : 'other', res.json('json.l.-1'), res.json('json.l.x'), res.json('json.l.i'));
  res = parsed('[9007199254740993, 18446744073709551615, 100000000000000000000]');
  console.log('9007199254740993', res.json('json.1'), 100000000000000000000);
  res = parsed('{"__proto__":{"x":1},"own":"own"}');
  console.log(res.json('json.own'), ({}).x === undefined && Object.getPrototypeOf(res.json().json) === Object.prototype);
  try { res.json(new Array(5000).join('a')); } catch (e) { console.log(String(e)); }
  res = http.get(__ENV.BASE_URL + '/bytes/10');
  var names = ['', 'a.b'].map(function (path) { try { path ? res.json(path) : res.json(); } catch (e) { return e.name; } });
  console.log(names.join(' '));
  var text = new Array(31).join('[') + new Array(31).join(']');
  var value = parsed(text).json().json;
  var deep = 0;
  while (Array.isArray(value)) { ++deep; value = value[0]; }
  console.log(deep);
  console.log(res.status === 200 ? undefined : 1, undefined);
};
