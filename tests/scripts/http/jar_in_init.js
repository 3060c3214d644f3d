// expect-init-error: http.cookieJar: not available in the init stage, only in the default function
var http = require('k6/http');
http.cookieJar();
exports.default = function () {};
