// A target rate: native, so that `rps` is no cap.
var http = require('mockarty/http');
module.exports.default = function () {
  http.get(__ENV.URL);
};
