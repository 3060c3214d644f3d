// expect: 12345678901234567890123 bigint
// expect: {"a":"1n","list":["2n","3n"],"text":"x"} plain
// expect: sum 5050 product 30414093201713378043612608166064768844377641568960512000000000000
// expect: TypeError: Do not know how to serialize a BigInt
// expect: {"id":"18446744073709551616"}
// expect: TypeError: Cannot mix BigInt and other types, use explicit conversions
// expect: RangeError: Maximum BigInt size exceeded
// expect: RangeError: Maximum BigInt size exceeded
// expect: RangeError: Maximum BigInt size exceeded
// expect: checks true
// expect: sent 20000000000000000001 7 /anything/20000000000000000001
// expect-check: is 2n 1/0
// expect-check: 5 1/0
// note: BigInt by way of checks, tags, bodies and addresses
import http from 'k6/http';
import { check } from 'k6';
const kBig = 20_000_000_000_000_000_001n;
function tried(f) {
  try { console.log(f()); } catch (e) { console.log(String(e)); }
}
export default function () {
  console.log(12345678901234567890123n, typeof 1n);
  const { big, ...plain } = { big: 1n, a: 1 };
  console.log({ a: big, list: [2n, 3n], text: 'x' }, Object.keys(plain).length === 1 ? 'plain' : 'not');
  let sum = 0n;
  let product = 1n;
  for (let i = 1n; i <= 100n; i++) sum += i;
  for (let i = 1n; i <= 50n; i += 1n) product *= i;
  console.log('sum', sum, 'product', product);
  tried(() => JSON.stringify({ a: 1n }));
  tried(() => JSON.stringify({ id: 2n ** 64n }, (key, value) => (typeof value === 'bigint' ? value.toString() : value)));
  tried(() => 1n + 1);
  tried(() => 10n ** 10n ** 10n);
  tried(() => 1n << 2n ** 63n);
  tried(() => BigInt('9'.repeat(1e6)));
  const checks = check(2n, { 'is 2n': (v) => v === 2n });
  const named = check(null, { [5n]: () => 1n });
  console.log('checks', checks && named);
  const res = http.post(`${__ENV.TARGET}/anything/${kBig}`, String(kBig), { tags: { id: 7n }, headers: { 'X-Id': 7n } });
  const sent = res.request;
  console.log('sent', sent.body, String(sent.headers['X-Id']), sent.url.slice(sent.url.indexOf('/any')));
}
