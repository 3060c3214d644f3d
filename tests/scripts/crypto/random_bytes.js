// expect-checks: 100%
import crypto from 'k6/crypto';
export default function () {
  const a = new Uint8Array(crypto.randomBytes(64));
  const b = new Uint8Array(crypto.randomBytes(64));
  check(null, {
    'size': () => a.length === 64 && crypto.randomBytes(1).byteLength === 1,
    'not the same': () => a.some((byte, i) => byte !== b[i]),
    'spread': () => new Set(new Uint8Array(crypto.randomBytes(5000))).size > 200,
    'an ArrayBuffer': () => crypto.randomBytes(3) instanceof ArrayBuffer,
  });
}
