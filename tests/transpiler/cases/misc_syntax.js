// expect: optional catch
// expect: call object
// expect: 104
// expect: in
// expect: true **abc 1
// expect: 2
// expect: block function
// expect: a-b 1
// expect: symbol 2 A
// expect: 2
// expect: #0#1#2
// expect: if
// expect: do
// expect: one
// expect: 3 nullish
try { throw new Error('x'); } catch { print('optional catch'); }
function Target() { return new.target === undefined ? 'call' : 'new'; }
print(Target(), typeof new Target());
function def(a, b = a * 2, c = () => a + b) { a = 100; return b + c(); }
print(def(1));
label: { print('in'); break label; }
print([1, 2, 3].includes(2), 'abc'.padStart(5, '*'), Object.entries({ a: 1 }).length);
print(((a, b) => a + b).length);
{ function inBlock() { return 'block function'; } print(inBlock()); }
const re = /[/\]]+/g, half = 10 / 2 / 5;
print('a/]b'.replace(re, '-'), half);
print(typeof Symbol.iterator, "\u{1F600}".length, '\u{41}');
var v1 = 1; var v1 = 2;
print(v1);
const big = `${(() => { const t = []; for (let i = 0; i < 3; i++) t.push(`#${i}`); return t.join(''); })()}`;
print(big);
if (true) { const only = 'if'; print(only); } else { const only = 'else'; print(only); }
do { let once = 'do'; print(once); } while (false);
print(((x) => { switch (x) { case 1: { const r = 'one'; return r; } default: return 'other'; } })(1));
print([..."12"].map(Number).reduce((s, n) => s + n, 0), void 0 ?? 'nullish');
