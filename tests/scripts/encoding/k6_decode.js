// expect-checks: 100%
import encoding from 'k6/encoding';
export default function () {
  const buffer = encoding.b64decode('aGVsbG8gd29ybGQ=');
  check(buffer, {
    'an ArrayBuffer': (b) => b instanceof ArrayBuffer && b.byteLength === 11,
    'its bytes': (b) => String.fromCharCode(...new Uint8Array(b)) === 'hello world',
  });
  check(null, {
    's gives text': () => encoding.b64decode('aGVsbG8gd29ybGQ=', 'std', 's') === 'hello world',
    'unicode text': () => encoding.b64decode('4pyT8J+YgA==', 'std', 's') === '✓😀',
    'no padding': () => encoding.b64decode('aGVsbG8gd29ybGQ', 'rawstd', 's') === 'hello world',
    'line breaks are skipped': () => encoding.b64decode('aGVs\r\nbG8=\n', 'std', 's') === 'hello',
    'bytes that are no text become U+FFFD': () => encoding.b64decode('/w==', 'std', 's') === '\ufffd',
    'nothing': () => encoding.b64decode('', 'std', 's') === '' && encoding.b64decode('').byteLength === 0,
  });
}
