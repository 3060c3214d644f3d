// Ten requests at a time. ES5, so that k6 and mockarty-cli run the same file.
var http = require('k6/http');

var urls = [];
for (var i = 0; i < 10; ++i) urls.push(__ENV.URL);

module.exports.options = { insecureSkipTLSVerify: true, batchPerHost: 10 };

module.exports.default = function () {
  var all = http.batch(urls);
  for (var i = 0; i < all.length; ++i) {
    if (all[i].status !== 200) throw new Error('status ' + all[i].status);
  }
};
