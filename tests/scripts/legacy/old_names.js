// expect-check: status 1/0
// expect-check: body 1/0
// expect-check: no 0/1
// expect-check: header 1/0
// expect: environment v global w 0 GET
// expect: test "no" failed: it is 0
// console: unordered
mk.http.get('{{BASE_URL}}/get');
tests['status'] = responseCode.code === 200 && responseCode.name === 'OK';
tests['body'] = responseBody.indexOf('method') > 0 && responseTime >= 0;
tests['header'] = responseHeaders['Content-Type'] === 'application/json' && postman.getResponseHeader('content-type') === 'application/json';
tests['no'] = 0;
postman.setEnvironmentVariable('v', 'v'); postman.setGlobalVariable('w', 'w');
mk.log('environment', environment.v, 'global', globals.w, iteration, request.method);
postman.clearEnvironmentVariable('v');
