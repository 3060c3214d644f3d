import http from 'k6/http';
import { check, sleep } from 'k6';

// Where the requests go: -e BASE_URL=http://host:port
const BASE_URL = __ENV.BASE_URL || 'http://127.0.0.1:8080';

export const options = {
  stages: [
    { duration: '2m', target: 50 }, // Warm up
    { duration: '3m', target: 200 }, // Ramp to peak
    { duration: '5m', target: 200 }, // Sustain peak
    { duration: '2m', target: 50 }, // Ramp down
    { duration: '1m', target: 0 }, // Cool down
  ],
  thresholds: {
    'http_req_duration': ['p(95) < 1000'],
    'http_req_failed': ['rate < 0.05'],
  },
};

export default function () {
  const res = http.get(`${BASE_URL}/users`);
  check(res, {
    'status is 200': (r) => r.status === 200,
    'response time < 500ms': (r) => r.timings.duration < 500,
  });
  sleep(1);
}
