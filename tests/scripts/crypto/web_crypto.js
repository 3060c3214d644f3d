// expect-checks: 100%
import { crypto as webcrypto } from 'k6/experimental/webcrypto';
import { sha1, sha256, sha384, sha512, hexEncode } from 'k6/crypto';
export default async function () {
  const bytes = new Uint8Array([97, 98, 99]);
  const random = new Uint32Array(8);
  const results = {};
  for (const name of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) results[name] = hexEncode(await crypto.subtle.digest(name, bytes));
  const byObject = hexEncode(await webcrypto.subtle.digest({ name: 'SHA-256' }, bytes.buffer));
  let rejected = '';
  try { await crypto.subtle.digest('MD5', bytes); } catch (e) { rejected = e.message; }
  check(results, {
    'SHA-1': (r) => r['SHA-1'] === sha1('abc', 'hex'),
    'SHA-256': (r) => r['SHA-256'] === sha256('abc', 'hex') && byObject === r['SHA-256'],
    'SHA-384': (r) => r['SHA-384'] === sha384('abc', 'hex'),
    'SHA-512': (r) => r['SHA-512'] === sha512('abc', 'hex'),
    'others are rejected': () => rejected === 'digest: expected SHA-1, SHA-256, SHA-384 or SHA-512, got "MD5"',
    'getRandomValues': () => crypto.getRandomValues(random) === random && random.some((n) => n > 0),
    'randomUUID': () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
    'all different': () => crypto.randomUUID() !== crypto.randomUUID(),
    'limits': () => { try { crypto.getRandomValues(new Uint8Array(70000)); return false; } catch (e) { return e instanceof RangeError; } },
    'types': () => { try { crypto.getRandomValues([1]); return false; } catch (e) { return e instanceof TypeError; } },
  });
}
