// Random regular expressions, texts, and what Node.js makes of them: cases.mjs SEED COUNT > cases.json
//
// A case: {p, f, refused} or {p, f, tries: [{s, from, exec, replaced, split}]}. Rare ways of writing are as likely as common
// ones, so that they meet each other.
let seed = Number(process.argv[2]);
const count = Number(process.argv[3]);
const kSlowMs = 20; // V8 backtracks too: what takes it long says nothing here

function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return (seed >>> 8) % n;
}
const pick = (list) => list[random(list.length)];

const atoms = ['a', 'b', 'c', '.', '\\d', '\\w', '\\s', '\\W', '[ab]', '[^a]', '[a-c]', '[\\d_-]', 'é', '😀', '\\u{1f600}',
  '\\ud83d', '\\b', '\\B', '^', '$', '\\1', '\\2', '\\k<n>', 'A', 'ß', 'ſ', 'K', '[^]', '[]', '\\p{L}', '\\P{Lu}',
  '\\p{Script=Greek}', 'Σ', '\\x41', '\\u0061', '\\0', '\\cA', '\\t', '-', '1', '_', ' ', '\\n', '[\\w-]', '[é-ü]',
  '[^\\p{L}]', '[😀-😂]', '\\/', '{', '}', ']', '\\-', '\\8', '[\\b]', '[a-\\d]', '\\u00e', '[z-a]', '\\p{Nope}'];
const quantifiers = ['', '', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,3}?', '{2,}', '{0}', '{,2}', '{2,1}'];
const characters = ['a', 'b', 'c', 'a', 'b', 'A', 'B', 'é', 'É', '😀', '\ud83d', '\ude00', '1', '_', ' ', '\n', '-', 'ß', 'ſ',
  'K', 'k', 's', 'Σ', 'σ', 'ς', '\u2028', 'İ', 'ı', '{', '\0', 'ǅ'];

function term(depth) {
  const kind = random(depth > 3 ? 6 : 11);
  const inner = () => alternatives(depth + 1);
  let text = pick(atoms);
  if (kind === 6) text = `(${inner()})`;
  if (kind === 7 || kind === 10) text = `(?:${inner()})`;
  if (kind === 8) text = `${pick(['(?=', '(?!', '(?<=', '(?<!'])}${inner()})`;
  if (kind === 9) text = `(?<${pick(['n', 'm', 'x1'])}>${inner()})`;
  return text + pick(quantifiers);
}
function sequence(depth) {
  let text = '';
  for (let i = 1 + random(3); i > 0; --i) text += term(depth);
  return text;
}
function alternatives(depth) {
  let text = sequence(depth);
  while (random(4) === 0) text += `|${random(6) ? sequence(depth) : ''}`;
  return text;
}
function text() {
  let made = '';
  for (let i = random(12); i > 0; --i) made += pick(characters);
  return made;
}

const { outcome } = await import('./outcome.mjs');
const cases = [];
while (cases.length < count) {
  const p = alternatives(0);
  const f = [...'gimsuyd'].filter(() => random(4) === 0).join('');
  // V8 also tries the place between the two units of a character, where the standard has none.
  if (f.includes('u') && p.includes('\\B')) continue;
  try {
    new RegExp(p, f);
  } catch {
    if (random(4) === 0) cases.push({ p, f, refused: true });
    continue;
  }
  const tries = [];
  for (let i = 0; i < 3; ++i) {
    const s = text();
    const from = random(3) ? 0 : random(s.length + 2);
    const begun = Date.now();
    const made = outcome(p, f, s, from);
    if (Date.now() - begun < kSlowMs) tries.push({ s, from, ...made });
  }
  cases.push({ p, f, tries });
}
process.stdout.write(JSON.stringify(cases));
