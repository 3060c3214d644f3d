import http from 'k6/http';
import { check, group } from 'k6';
import { Counter, Trend } from 'k6/metrics';

const orders = new Counter('orders');
const basketSize = new Trend('basket_size');

export default function () {
  group('browse', () => {
    http.get(`${__ENV.BASE_URL}/products`);
    http.get(`${__ENV.BASE_URL}/products/7`);
  });
  group('buy', () => {
    const res = http.post(`${__ENV.BASE_URL}/orders`, JSON.stringify({ product: 7, quantity: 2 }), {
      headers: { 'Content-Type': 'application/json' },
    });
    if (check(res, { 'order was taken': (r) => r.status < 300 })) orders.add(1);
    basketSize.add(2, { kind: 'books' });
  });
}
