// expect-checks: 100%
import encoding, { b64encode, b64decode } from 'k6/encoding';
export default function () {
  const bytes = new Uint8Array([251, 255, 190, 1]).buffer;
  check(null, {
    'std': () => encoding.b64encode(bytes) === '+/++AQ==',
    'std by name': () => b64encode(bytes, 'std') === '+/++AQ==',
    'rawstd': () => b64encode(bytes, 'rawstd') === '+/++AQ',
    'url': () => b64encode(bytes, 'url') === '-_--AQ==',
    'rawurl': () => b64encode(bytes, 'rawurl') === '-_--AQ',
    'text': () => b64encode('hello world') === 'aGVsbG8gd29ybGQ=',
    'unicode': () => b64encode('こんにちは世界') === '44GT44KT44Gr44Gh44Gv5LiW55WM',
    'each comes back': () => ['std', 'rawstd', 'url', 'rawurl'].every((variant) => {
      const back = new Uint8Array(b64decode(b64encode(bytes, variant), variant));
      return back.length === 4 && back[0] === 251 && back[3] === 1;
    }),
    'all lengths': () => {
      for (let n = 0; n < 40; n++) {
        const text = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP'.slice(0, n);
        if (b64decode(b64encode(text, 'rawurl'), 'rawurl', 's') !== text) return false;
      }
      return true;
    },
  });
}
