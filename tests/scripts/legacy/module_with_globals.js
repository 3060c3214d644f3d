// expect-check: status 1/0
// expect: 200
// note: import and export: the default function is the iteration, the globals are there all the same
import http from 'k6/http';
export default function () {
  const res = http.get(`${__ENV.BASE_URL}/get`);
  pm.test('status', () => pm.expect(res.status).to.equal(200));
  mk.log(mk.http.get(`${__ENV.BASE_URL}/get`).status);
}
