// expect: before
// stop-after-ms: 150
var http = require('k6/http');
exports.default = function () {
  console.log('before');
  http.batch([__ENV.BASE_URL + '/delay/20000', __ENV.BASE_URL + '/delay/20000', __ENV.BASE_URL + '/delay/20000']);
  console.log('after');
};
