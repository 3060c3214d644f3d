// expect-checks: 100%
// expect: 200 OK true true true
// expect: application/json true true 1 GET
mk.http.get('{{BASE_URL}}/get?x=1');
pm.test('assertions on the response', function () {
  pm.response.to.have.status(200); pm.response.to.have.status('OK'); pm.response.to.be.ok; pm.response.to.be.success;
  pm.response.to.not.be.error; pm.response.to.not.have.status(404); pm.response.to.be.json; pm.response.to.be.withBody;
  pm.response.to.have.header('content-type'); pm.response.to.have.header('Content-Type', 'application/json');
  pm.response.to.have.body(/"method"/); pm.response.to.have.jsonBody('args.x', '1'); pm.response.to.have.jsonBody();
  pm.expect(pm.response).to.have.status(200); pm.expect(pm.response).to.have.jsonBody('method', 'GET');
  pm.response.to.have.jsonSchema({ type: 'object', required: ['method'], properties: { method: { enum: ['GET'] } } });
  pm.expect(pm.response.responseTime).to.be.below(60000); pm.expect(pm.response.code).to.be.oneOf([200, 201]);
});
mk.log(pm.response.code, pm.response.status, pm.response.responseSize === pm.response.text().length, pm.response.responseTime >= 0,
  pm.response.text().indexOf('"method"') > 0);
mk.log(pm.response.headers.get('CONTENT-TYPE'), pm.response.headers.has('content-type'), 'Content-Type' in pm.response.headers.toObject(),
  pm.response.json().args.x, pm.request.method);
mk.http.get('{{BASE_URL}}/status/404');
pm.test('and of the next one', function () { pm.response.to.be.notFound; pm.response.to.be.clientError; pm.response.to.be.error; });
