// expect: RangeError true
// expect: 200
var http = require('mockarty/http');
function dive(depth) { [1].forEach(function () { http.get(__ENV.BASE_URL + '/get'); dive(depth + 1); }); }
exports.default = function () {
  var seen;
  try { dive(0); } catch (e) { seen = e; }
  console.log(seen.name, seen.message.length > 0);
  console.log(http.get(__ENV.BASE_URL + '/get').status);
};
