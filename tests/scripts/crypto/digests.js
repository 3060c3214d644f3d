// note: values of another implementation (Python's hashlib)
// expect-checks: 100%
import crypto from 'k6/crypto';
const known = {
  md5: 'c66b209f42b6db33bed461b09f6185b6',
  sha1: 'f93f3f79d8cecb5e74629e9cfab37b488c972b5a',
  sha224: '5a8ac88fd704a491658dd35a23e3803aba25b8f2c4864e5a2475b053',
  sha256: 'a4a41d35dfabd43adfae3456f7627e7c18795ed7b32322963b872afe90aea43d',
  sha384: '512624b4168a61747091905b9b1a60b0efda2a46bc3ced93b76d068058dc64d3abfce6fb7715803674875c4303fa6d17',
  sha512: 'ce97cfbbd65dcb5e6a26448d0de1ca0a54c056f34098abbdc5989204e4eec537ce91c8bc6ec674d21128ffff187df1aefeca12e2e8e81f82c84f8e4f52503a3d',
  sha512_224: '2ebb5dbd23ae40417c0e376358b79434d488c1bb9fe83ea75065bde6',
  sha512_256: '4a622684d49f7e21956b46cf7b86d814a699d6379fc099692e446158c24bc48f',
  ripemd160: '34fd50816ef2bfa9f3328d91b5156e6aacb83378',
  md4: '963060b0ba437b63d8909f70a7a23115',
};
export default function () {
  const bytes = new Uint8Array([104, 101, 108, 108, 111, 32, 119, 111, 114, 108, 100, 32, 226, 156, 147]);
  for (const name of Object.keys(known)) {
    check(crypto[name], {
      [name]: (f) => f('hello world ✓', 'hex') === known[name],
      [`${name} of bytes`]: (f) => f(bytes.buffer, 'hex') === known[name] && f(bytes, 'hex') === known[name],
      [`${name} in pieces`]: () => {
        const hasher = crypto.createHash(name);
        hasher.update('hello ');
        hasher.update('world ');
        hasher.update(bytes.slice(12).buffer);
        return hasher.digest('hex') === known[name] && hasher.digest('hex') === known[name];
      },
    });
  }
}
