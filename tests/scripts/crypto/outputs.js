// expect-checks: 100%
import { sha256, createHash, hexEncode } from 'k6/crypto';
export default function () {
  check(sha256, {
    hex: (f) => f('x', 'hex') === '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    'hex when not said': (f) => f('x') === f('x', 'hex'),
    base64: (f) => f('x', 'base64') === 'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
    base64url: (f) => f('x', 'base64url') === 'LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE=',
    base64rawurl: (f) => f('x', 'base64rawurl') === 'LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE',
    binary: (f) => f('x', 'binary') instanceof ArrayBuffer && f('x', 'binary').byteLength === 32,
    'binary and hex': (f) => hexEncode(f('x', 'binary')) === f('x', 'hex'),
    'of a hasher': () => createHash('sha256').update('x').digest('base64') === sha256('x', 'base64'),
    'of nothing': () => createHash('sha256').digest('hex') === sha256('', 'hex'),
  });
}
