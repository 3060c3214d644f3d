// expect-checks: 100%
import http from 'k6/http';
import { check } from 'k6';

export const options = {
  vus: 5,
  duration: '30s',
  thresholds: {
    checks: ['rate > 0.99'],
    http_req_failed: ['rate < 0.01'],
    http_req_duration: ['p(95) < 500', { threshold: 'p(99) < 2000', abortOnFail: true, delayAbortEval: '10s' }],
    'http_req_duration{name:one user}': ['avg < 300'],
  },
};

export default function () {
  const res = http.get(`${__ENV.BASE_URL}/users/42`, { tags: { name: 'one user' } });
  check(res, {
    'status is 200': (r) => r.status === 200,
    'is the right user': (r) => r.json('id') === 42,
  });
}
