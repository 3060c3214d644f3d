// expect-checks: 100%
import { check } from 'k6';
import { Shop } from './parts/shop.ts';
import users from './parts/users.json';

const shop = new Shop(__ENV.BASE_URL);

export default function (): void {
  const product = shop.product(7);
  check(product, { 'has a name': (p) => p.name.length > 0 });
  check(users, { 'two users': (list) => list.length === 2 });
}
