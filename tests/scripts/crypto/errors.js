// expect: TypeError: sha256: expected text or an ArrayBuffer
// expect: TypeError: md5: expected the output "hex", "base64", "base64url", "base64rawurl" or "binary", got "utf8"
// expect: TypeError: hmac: expected the algorithm md4, md5, sha1, sha224, sha256, sha384, sha512, sha512_224, sha512_256 or ripemd160, got "sha3"
// expect: TypeError: createHash: expected the algorithm md4, md5, sha1, sha224, sha256, sha384, sha512, sha512_224, sha512_256 or ripemd160, got ""
// expect: TypeError: hmac: expected text or an ArrayBuffer
// expect: RangeError: randomBytes: expected a whole number from 1 to 1048576, got 0
// expect: RangeError: randomBytes: expected a whole number from 1 to 1048576, got 1.5
// expect: RangeError: randomBytes: expected a whole number from 1 to 1048576, got x
// expect: TypeError: update: not called on what createHash() or createHMAC() returned
// expect: TypeError: update: expected text or an ArrayBuffer
import crypto from 'k6/crypto';
export default function () {
  const attempt = (f) => { try { console.log('no error', f()); } catch (e) { console.log(String(e)); } };
  attempt(() => crypto.sha256(5, 'hex'));
  attempt(() => crypto.md5('x', 'utf8'));
  attempt(() => crypto.hmac('sha3', 'k', 'x', 'hex'));
  attempt(() => crypto.createHash());
  attempt(() => crypto.hmac('md5', null, 'x', 'hex'));
  attempt(() => crypto.randomBytes(0));
  attempt(() => crypto.randomBytes(1.5));
  attempt(() => crypto.randomBytes('x'));
  attempt(() => crypto.createHash('md5').update.call({}, 'x'));
  attempt(() => crypto.createHash('md5').update(null));
}
