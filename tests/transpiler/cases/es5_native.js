// expect: 3
// expect: default ran
// runs: default
// format: es5
var http = require('mockarty/http');
var re = /import x from/;
var text = "const let => ` class";
// let const => class
var o = { class: 1, import: 2, default: 3 };
print(o.class + o.import);
module.exports.options = { vus: 1 };
module.exports.default = function () {
  print('default ran');
};
