// Users who think for 20 ms: the rate hardly depends on how fast the generator is.
var http = require('mockarty/http');

module.exports.default = function () {
  http.get(__ENV.URL);
  sleep(0.02);
};
