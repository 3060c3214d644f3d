import { test, same, ok, throws, run } from './parts/harness.js';
test('object destructuring', () => { const { a, b: { c }, d = 4, ...rest } = { a: 1, b: { c: 2 }, e: 5, f: 6 }; same([a, c, d, rest], [1, 2, 4, { e: 5, f: 6 }]); });
test('array destructuring', () => { const [a, , b = 3, ...rest] = [1, 2, undefined, 4, 5]; same([a, b, rest], [1, 3, [4, 5]]); });
test('destructuring takes any iterable', () => { const [a, b] = new Set([1, 2]); const [c] = 'x'; same([a, b, c], [1, 2, 'x']); });
test('destructuring null throws', () => { throws(TypeError, () => { const { a } = null; }); throws(TypeError, () => { const [] = undefined; }); });
test('destructuring assignment', () => { let a = 1, b = 2; [a, b] = [b, a]; same([a, b], [2, 1]); const o = {}; ({ x: o.y, z: o['w'] } = { x: 1, z: 2 }); same(o, { y: 1, w: 2 }); });
test('destructuring with computed keys', () => { const k = 'q'; const { [k]: v, [k + 'x']: w = 2 } = { q: 1 }; same([v, w], [1, 2]); });
test('destructuring parameters', () => { const f = ({ a, b = 2 }, [c, ...d]) => [a, b, c, d]; same(f({ a: 1 }, [3, 4, 5]), [1, 2, 3, [4, 5]]); });
test('destructuring in for-of', () => { const s = []; for (const [k, { v }] of [['a', { v: 1 }]]) s.push(k, v); same(s, ['a', 1]); });
test('destructuring in catch', () => { try { throw { code: 5 }; } catch ({ code }) { same(code, 5); } });
test('array destructuring closes its iterator', () => { let closed = 0; const it = { [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }), return() { closed++; return {}; } }; } }; const [a] = it; same([a, closed], [1, 1]); });
test('defaults are lazy', () => { let n = 0; const { a = ++n } = { a: 1 }; same(n, 0); });
test('object spread', () => { same({ ...{ a: 1, b: 2 }, b: 3, ...null, ...undefined, ...'x' }, { a: 1, b: 3, 0: 'x' }); });
test('object spread copies symbols', () => { const s = Symbol(); same({ ...{ [s]: 1 } }[s], 1); });
test('object rest leaves symbols', () => { const s = Symbol(); const { a, ...r } = { a: 1, [s]: 2 }; same(r[s], 2); });
test('object spread defines, it does not set', () => { let called = 0; const proto = { set a(v) { called++; } }; const o = { __proto__: proto, ...{ a: 1 } }; same([called, o.a], [0, 1]); });
test('array spread', () => { same([...[1], ...new Set([2]), ...'ab', ...(function* () { yield 3; })()], [1, 2, 'a', 'b', 3]); });
test('array spread fills holes', () => { same(0 in [...[, 1]], true); });
test('template literals', () => { const a = 1; same(`${a} + ${`${a + 1}`}`, '1 + 2'); same(`a
b`, 'a\nb'); });
test('templates use ToString', () => { const o = { toString: () => 's', valueOf: () => 'v' }; same(`${o}`, 's'); throws(TypeError, () => `${Symbol()}`); });
test('tagged templates', () => { const tag = (s, ...v) => [s.raw[0], s[1], v]; same(tag`a\n${1}b`, ['a\\n', 'b', [1]]); });
test('strings of a tag are one object a place', () => { const tag = (s) => s; const f = () => tag`a`; ok(f() === f()); ok(tag`a` !== tag`a`); ok(Object.isFrozen(f())); });
test('invalid escapes in tagged templates', () => { const tag = (s) => [s[0], s.raw[0]]; same(tag`\u`, [undefined, '\\u']); });
test('optional chaining', () => { const o = { a: { f() { return this.x; }, x: 5 } }; same([o?.a?.x, o.b?.c.d.e, o.a?.f(), o.g?.(), o?.['a']?.['x'], null?.x], [5, undefined, 5, undefined, 5, undefined]); });
test('optional chaining evaluates once', () => { let n = 0; const f = () => { n++; return null; }; f()?.a.b.c; same(n, 1); });
test('delete with optional chaining', () => { const o = { a: { b: 1 } }; same([delete o?.a?.b, delete o.x?.y, o], [true, true, { a: {} }]); });
test('nullish coalescing', () => { same([null ?? 1, undefined ?? 2, 0 ?? 3, '' ?? 4, false ?? 5], [1, 2, 0, '', false]); });
test('logical assignment', () => { let a = null, b = 0, c = 1; a ??= 1; b ||= 2; c &&= 3; same([a, b, c], [1, 2, 3]); const o = { get x() { return 1; }, set x(v) { throw new Error('set'); } }; o.x ||= 2; o.x ??= 2; });
test('exponentiation', () => { let a = 2; a **= 3; same([a, 2 ** 3 ** 2, (-2) ** 2], [8, 512, 4]); });
test('numeric literals', () => { same([0b11, 0o17, 1_000_000, 0xff, .5, 1e3], [3, 15, 1000000, 255, 0.5, 1000]); });
test('unicode escapes', () => { same(['\u{1F600}', '\u{41}'.length, 'a\u{1F600}'.length], ['😀', 1, 3]); const \u{61}b = 1; same(ab, 1); });
test('identifiers of other scripts', () => { const привет = 1, 日本 = 2; same(привет + 日本, 3); });
test('shorthand properties and methods', () => { const a = 1; const o = { a, m() { return 2; }, async n() {}, *g() { yield 3; }, ['c' + a]: 4 }; same([o.a, o.m(), [...o.g()], o.c1], [1, 2, [3], 4]); });
test('__proto__ in literals', () => { const p = { x: 1 }; const o = { __proto__: p }; ok(Object.getPrototypeOf(o) === p); const __proto__ = 5; const q = { __proto__ }; ok(Object.getPrototypeOf(q) === Object.prototype && q.hasOwnProperty('__proto__')); same({ ['__proto__']: 1 }.hasOwnProperty('__proto__'), true); });
test('duplicate keys', () => { same({ a: 1, a: 2, get b() { return 1; }, b: 3 }, { a: 2, b: 3 }); });
test('keys of reserved words', () => { const o = { class: 1, default: 2, if: 3 }; same([o.class, o.default, o.if], [1, 2, 3]); });
test('order of keys', () => { same(Object.keys({ b: 1, 2: 1, a: 1, 1: 1 }), ['1', '2', 'b', 'a']); });
test('optional catch binding', () => { try { throw 1; } catch { ok(true); } });
test('finally and return', () => { const f = () => { try { return 1; } finally { g = 2; } }; let g; same([f(), g], [1, 2]); const h = () => { try { throw 1; } catch { return 2; } finally { return 3; } }; same(h(), 3); });
test('labels', () => { let n = 0; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; n++; } } same(n, 2); block: { break block; } });
test('comma, void, in, instanceof', () => { same([(1, 2), void 0, 'a' in { a: 1 }, [] instanceof Array], [2, undefined, true, true]); });
test('switch falls through and compares strictly', () => { const f = (x) => { switch (x) { case '1': return 's'; case 1: case 2: return 'n'; default: return 'd'; } }; same([f('1'), f(1), f(2), f(3)], ['s', 'n', 'n', 'd']); });
test('automatic semicolons', () => { const f = () => { return
1; }; same(f(), undefined); let a = 1
let b = a
++b
same([a, b], [1, 2]); });
test('getter on a destructured class instance', () => { class A { get v() { return 1; } } const { v } = new A(); same(v, 1); });
test('conditional and nested arrows', () => { const f = (a) => (b) => a ? (c) => a + b + c : null; same(f(1)(2)(3), 6); });
test('async as a name', () => { const async = 1; const o = { async: 2, get: 3, set: 4, static: 5, of: 6 }; same([async, o.async, o.get, o.of], [1, 2, 3, 6]); });
test('regular expressions and division', () => { const a = 4, g = 2; same([a / 2 / g, /2/g.test('2')], [1, true]); });
test('strict mode', () => { throws(ReferenceError, () => { undeclaredName = 1; }); throws(TypeError, () => { Object.freeze([1])[0] = 2; }); same((function () { return this; })(), undefined); });
test('export and import', () => { same(typeof test, 'function'); });
export default run;
