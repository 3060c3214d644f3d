// expect: null 200 GET
// expect: POST {"a":"1"} application/json yes
// expect: a=1+2&b=%26
// expect: Error undefined
// expect: TypeError pm.sendRequest: url: expected text, there is none
// expect: after 201
pm.environment.set('path', 'get');
pm.sendRequest('{{BASE_URL}}/{{path}}', function (error, response) {
  mk.log(error, response.code, response.json().method);
});
pm.sendRequest({
  url: '{{BASE_URL}}/post', method: 'post', header: { 'X-Given': 'yes' },
  body: { mode: 'raw', raw: JSON.stringify({ a: '1' }), options: { raw: { language: 'json' } } }
}, function (error, response) {
  var seen = response.json();
  mk.log(seen.method, seen.json, seen.headers['Content-Type'], seen.headers['X-Given']);
});
pm.sendRequest({
  url: { raw: '{{BASE_URL}}/post' }, method: 'POST',
  body: { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '1 2' }, { key: 'b', value: '&' }, { key: 'c', value: 'no', disabled: true }] }
}, function (error, response) { mk.log(response.json().body); });
pm.sendRequest('http://127.0.0.1:1/', function (error, response) { mk.log(error.name, response); });
try { pm.sendRequest({ method: 'GET' }); } catch (e) { mk.log(e.name, e.message); }
pm.sendRequest('{{BASE_URL}}/status/201').then(function (response) { mk.log('after', response.code); });
