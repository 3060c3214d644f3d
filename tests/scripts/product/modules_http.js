// note: block under "HTTP client for REST API testing." of the product's document, unchanged
// around: default
// replace: https://api.example.com -> {TARGET}
// replace: // Other methods -> var url = __ENV.TARGET + '/post', body = 'text', params = {};
// expect-metric: http_reqs.count == 8

var http = require('mockarty/http');
// GET request
var res = http.get('https://api.example.com/users');
// POST with JSON body and headers
var res = http.post('https://api.example.com/users',
JSON.stringify({ name: 'Alice', email: 'alice@example.com' }),
{ headers: { 'Content-Type': 'application/json' } }
);
// Other methods
http.put(url, body, params);
http.patch(url, body, params);
http.del(url, params);
http.head(url, params);
http.options(url, params);
http.request('CUSTOM_METHOD', url, body, params);
