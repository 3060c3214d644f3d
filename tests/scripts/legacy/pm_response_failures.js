// console: ignore
// expect-output: expected response to have status code 201 but got 200
// expect-output: expected response to have header 'x-none'
// expect-output: expected response to have 'args.y' in its JSON body
// expect-output: .status: expected a response, got 5
// expect-output: the response is not valid JSON
// expect-output: the value has no nothing
// expect-checks: 0/6
mk.http.get('{{BASE_URL}}/get?x=1');
pm.test('1', function () { pm.response.to.have.status(201); });
pm.test('2', function () { pm.response.to.have.header('x-none'); });
pm.test('3', function () { pm.response.to.have.jsonBody('args.y'); });
pm.test('4', function () { pm.expect(5).to.have.status(200); });
pm.test('5', function () { pm.response.to.have.jsonSchema({ required: ['nothing'] }); });
mk.http.get('{{BASE_URL}}/bytes/5');
pm.test('6', function () { pm.response.json(); });
