// expect-checks: 100%
// console: ignore
import http from 'k6/http';
import { check } from 'k6';

export function setup() {
  const res = http.post(`${__ENV.BASE_URL}/login`, JSON.stringify({ username: 'ann', password: 'secret' }), {
    headers: { 'Content-Type': 'application/json' },
  });
  return { token: res.json('token') };
}

export default function (data) {
  const res = http.get(`${__ENV.BASE_URL}/profile`, { headers: { Authorization: `Bearer ${data.token}` } });
  check(res, { 'is let in': (r) => r.status === 200 });
}

export function teardown(data) {
  console.log(`done with ${data.token.length} characters of token`);
}
