// expect: 1 true {"a":"1"}
// expect: {"b":"2","a":"1"} 2
// expect: {"a":"1"}
// console: unordered
mk.http.get('{{BASE_URL}}/cookies/set?a=1', { redirects: 0 });
mk.log(pm.cookies.get('a'), pm.cookies.has('a'), pm.cookies.toObject());
var jar = pm.cookies.jar();
jar.set('{{BASE_URL}}', 'b', '2', function () {});
jar.get('{{BASE_URL}}', 'b', function (error, value) {
  var all = pm.cookies.toObject();
  mk.log({ b: all.b, a: all.a }, value);
});
jar.unset('{{BASE_URL}}', 'b');
mk.log(pm.cookies.toObject());
