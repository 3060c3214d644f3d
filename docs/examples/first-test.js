// A first load test: ten virtual users ask for a list and think for a second, for half a minute.
//
//   mockarty-cli perf run docs/examples/first-test.js -e BASE_URL=http://127.0.0.1:8080
//
// `make run` starts mockarty-target and runs this against it.
import http from 'k6/http';
import { check, sleep } from 'k6';

const baseUrl = __ENV.BASE_URL || 'http://127.0.0.1:8080';

export const options = {
  vus: 10,
  duration: '30s',
};

export default function () {
  const res = http.get(`${baseUrl}/users`);
  check(res, {
    'status is 200': (r) => r.status === 200,
    'response time < 500ms': (r) => r.timings.duration < 500,
  });
  sleep(1);
}
