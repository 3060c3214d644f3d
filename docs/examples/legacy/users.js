// The whole file is one iteration. Where the requests go: -e BASE_URL=http://host:port
const res = mk.http.get('{{BASE_URL}}/users/42');

mk.test('status is 200', () => res.status === 200);
pm.test('the user has a name', () => {
  pm.response.to.have.jsonBody('id', 42);
  pm.expect(pm.response.json()).to.have.property('name').that.is.not.empty;
});

mk.group('orders', () => {
  mk.http.get('{{BASE_URL}}/users/42/orders', { headers: { 'X-Request-Id': '{{$guid}}' } });
  pm.test('orders are listed', () => pm.response.to.be.ok);
});

mk.sleep(0.1);
