// expect: 200
// expect: default ran
// runs: default
// format: converted
const http = require('mockarty/http');
module.exports.options = { vus: 1 };
const { status } = http.get('http://x/');
print(status);
module.exports.default = () => print('default ran');
