// expect: b64encode: expected the encoding "std", "rawstd", "url" or "rawurl", got "base32"
// expect: b64decode: expected the format "s" or none, got "x"
// expect: b64decode: not base64 (std): unexpected character at offset 3
// expect: b64decode: not base64 (rawstd): unexpected character at offset 3
// expect: b64decode: not base64 (url): unexpected character at offset 0
// expect: b64encode: expected text or an ArrayBuffer
// expect: b64decode: expected base64 as text
import { b64encode, b64decode } from 'k6/encoding';
export default function () {
  const attempt = (f) => { try { console.log('no error', f()); } catch (e) { console.log(e.message); } };
  attempt(() => b64encode('x', 'base32'));
  attempt(() => b64decode('eA==', 'std', 'x'));
  attempt(() => b64decode('abc-'));
  attempt(() => b64decode('YWI=', 'rawstd'));
  attempt(() => b64decode('+/++', 'url'));
  attempt(() => b64encode({}));
  attempt(() => b64decode());
}
