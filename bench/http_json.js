// An answer of 20 KB of JSON, of which three fields are read. ES5, so that k6 and mockarty-cli run the same file.
var http = require('k6/http');

var url = __ENV.URL + 'json';

module.exports.default = function () {
  var body = http.get(url).json();
  if (body.items[0].id !== 0 || body.items[99].name !== 'item 99' || body.total !== 100) throw new Error('wrong');
};
