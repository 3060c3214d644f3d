// heap-limit-kib: 2048
// expect: caught true
// expect: ok 200
var http = require('mockarty/http');
exports.default = function () {
  var caught = false;
  try { var a = []; while (true) { a.push(new Array(100).join('ab' + a.length)); } } catch (e) { a = null; caught = true; }
  console.log('caught', caught);
  console.log('ok', http.get(__ENV.BASE_URL + '/get').status);
};
