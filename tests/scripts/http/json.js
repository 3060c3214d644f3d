// expect: true
// expect: 1
// expect: undefined
// expect: two 2 1,3
// expect: SyntaxError true
// expect: Error json: the response has no body: true
var http = require('mockarty/http');
exports.default = function () {
  var res = http.post(__ENV.BASE_URL + '/post',
    JSON.stringify({ list: [{ id: 1, n: 'one' }, { n: 'two' }, { id: 3 }], deep: { 'a.b': 1 } }),
    { headers: { 'Content-Type': 'application/json' } });
  console.log(res.json() === res.json());
  console.log(res.json('json.deep.a\\.b'));
  console.log(res.json('json.nothing.at.all'));
  console.log(res.json('json.list.1.n'), res.json('json.list.#') - 1, res.json('json.list.#.id').join());
  try { http.get(__ENV.BASE_URL + '/bytes/10').json(); } catch (e) { console.log(e.name, e.message.length > 0); }
  try { http.get('http://127.0.0.1:1/').json(); } catch (e) {
    console.log(e.name, e.message.substr(0, 31), e.message.length > 31);
  }
};
