// Random operations with BigInts, and what Node.js makes of them: cases.mjs SEED COUNT > cases.json
//
// A case: {o, x, y, value} or {o, x, y, error}. Edges are as likely as what lies between them.
let seed = Number(process.argv[2]);
const count = Number(process.argv[3]);

function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return (seed >>> 8) % n;
}
const pick = (list) => list[random(list.length)];

function bits(n) {
  let made = 0n;
  for (; n > 0; n -= 16) made = (made << 16n) | BigInt(random(65536));
  return made;
}
function magnitude() {
  switch (random(8)) {
    case 0: return BigInt(random(4));
    case 1: return BigInt(random(100000));
    case 2: return (1n << BigInt(random(200))) + BigInt(random(3) - 1);
    case 3: return (1n << BigInt(64 * (1 + random(20)))) + BigInt(random(5) - 2);
    case 4: return bits(16 * (1 + random(8)));
    case 5: return bits(64 * (1 + random(4)));
    case 6: return bits(16 * (1 + random(500)));
    default: return (bits(64) | 1n) << BigInt(random(300));
  }
}
const bigint = () => (random(2) ? magnitude() : -magnitude());
const numbers = [0, -0, 1, -1, 0.5, -1.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 2 ** 64, -(2 ** 63), 1e21, 1e300, 5e-324, NaN, Infinity,
  -Infinity, 1.7976931348623157e308, 255, 3];
const texts = ['', ' ', '0', '1', '-1', '+7', '12 ', '\n5', '0x1f', '-0x1', '0b11', '0o17', '1n', '1.5', '1e3', 'abc', '9007199254740993',
  '18446744073709551616', '00012', '- 1', '0x', '\u00a03\ufeff'];
function operand() {
  switch (random(14)) {
    case 0: return `d:${pick(numbers.map((n) => (Object.is(n, -0) ? '-0' : String(n))))}`;
    case 1: return `s:${pick(texts)}`;
    case 2: { const n = bigint(); return `s:${n < 0n ? n : pick([n, `0x${n.toString(16)}`, `0b${n.toString(2)}`, `0o${n.toString(8)}`, ` ${n}\t`])}`; }
    case 3: { const n = Number(bigint()); return Number.isFinite(n) ? `d:${n}` : 'd:7'; }
    case 4: return pick(['b:true', 'b:false', 'u:']);
    default: return `n:${bigint()}`;
  }
}

const kUnary = new Set(['negate', 'invert', 'plus', 'not', 'typeof', 'increment', 'decrement', 'number', 'text', 'json', 'radix']);
const { names, outcome } = await import('./outcome.mjs');
const cases = [];
while (cases.length < count) {
  const o = pick(names);
  const x = operand();
  let y = random(6) ? operand() : x;
  // Of a size that both engines hold.
  if ((o === '**' || o === '<<' || o === '>>') && x[0] === 'n' && y[0] === 'n') y = `n:${random(o === '**' ? 40 : 3000) - (o === '**' ? 1 : 1500)}`;
  // Without a BigInt in it, it is about something else: how text becomes a number.
  if (x[0] !== 'n' && o !== 'bigint' && (y[0] !== 'n' || kUnary.has(o))) continue;
  // No order, no sorting.
  if (o === 'sort' && [x, y].some((v) => v[0] === 's' || v === 'd:NaN' || v === 'u:')) continue;
  cases.push({ o, x, y, ...outcome(o, x, y) });
}
process.stdout.write(JSON.stringify(cases));
