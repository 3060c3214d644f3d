// Two loads at once: visitors who come whatever the shop does, at random, and a few users who order without a pause.
import http from 'k6/http';
import { check, sleep } from 'k6';

const base = __ENV.BASE_URL || 'http://127.0.0.1:8080';

export const options = {
  scenarios: {
    visitors: {
      executor: 'ramping-arrival-rate',
      startRate: 10,
      stages: [
        { duration: '5s', target: 50 },
        { duration: '10s', target: 50 },
      ],
      preAllocatedVUs: 20,
      maxVUs: 100,
      arrivals: 'poisson',
      exec: 'visit',
    },
    orders: {
      executor: 'constant-vus',
      vus: 3,
      duration: '10s',
      startTime: '5s',
      exec: 'order',
      tags: { team: 'checkout' },
    },
  },
  thresholds: {
    'http_req_failed{scenario:visitors}': ['rate < 0.01'],
    'http_req_duration{scenario:orders}': ['p(95) < 500'],
    // What a visitor waits for, also while the shop stalls.
    http_req_scheduled_duration: ['p(99) < 1000'],
    dropped_iterations: [{ threshold: 'count == 0', allowNoData: true }],
  },
};

export function visit() {
  check(http.get(`${base}/products`), { 'products are listed': (r) => r.status === 200 });
}

export function order() {
  check(http.get(`${base}/users`), { 'users are listed': (r) => r.status === 200 });
  sleep(0.5);
}

export default visit;
