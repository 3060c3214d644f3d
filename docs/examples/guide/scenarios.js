// args: --workers 1
import http from 'k6/http';
import { sleep } from 'k6';

export const options = {
  scenarios: {
    browse: { executor: 'ramping-vus', stages: [{ duration: '1s', target: 5 }, { duration: '1s', target: 0 }] },
    orders: {
      executor: 'constant-arrival-rate', exec: 'order', rate: 10, duration: '2s',
      preAllocatedVUs: 5, maxVUs: 20, tags: { team: 'shop' },
    },
  },
  thresholds: { 'http_req_duration{scenario:orders}': ['p(95) < 2000'] },
};

export default function () {
  http.get(`${__ENV.BASE_URL}/products`);
  sleep(0.2);
}

export function order() {
  http.post(`${__ENV.BASE_URL}/orders`, '{"product":7}', { headers: { 'Content-Type': 'application/json' } });
}
