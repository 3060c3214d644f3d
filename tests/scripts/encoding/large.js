// note: one megabyte through both directions
// expect-checks: 100%
import { b64encode, b64decode } from 'k6/encoding';
export default function () {
  const bytes = new Uint8Array(1 << 20);
  for (let i = 0; i < bytes.length; i += 97) bytes[i] = i;
  const text = b64encode(bytes.buffer);
  const back = new Uint8Array(b64decode(text));
  check(null, {
    'length': () => text.length === Math.ceil(bytes.length / 3) * 4,
    'the same': () => back.length === bytes.length && back[97] === 97 && back[970000] === (970000 & 255),
  });
}
