// An answer of 20 KB of JSON, of which one field is selected. ES5, so that k6 and mockarty-cli run the same file.
var http = require('k6/http');

var url = __ENV.URL + 'json';

module.exports.default = function () {
  if (http.get(url).json('items.0.id') !== 0) throw new Error('wrong');
};
