// expect-init-error: requests are not available in the init stage
var http = require('k6/http');
http.get(__ENV.BASE_URL + '/get');
exports.default = function () {};
