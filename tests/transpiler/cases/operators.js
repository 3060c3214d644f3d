// expect: undefined undefined called undefined called
// expect: fallback 0  1
// expect: 1024 -8 512
// expect: 8
// expect: set and or
// expect: true false
// expect: 2 3 undefined
// expect: w 1
// expect: 1000000 5 15 255 1000
const o = { a: { b: null, f() { return 'called'; } }, zero: 0, empty: '' };
print(o?.a?.b?.c, o.x?.y.z, o.a?.f?.(), o.nope?.(), o?.['a']?.f());
print(o.a.b ?? 'fallback', o.zero ?? 1, o.empty ?? 'no', o.zero || 1);
print(2 ** 10, (-2) ** 3, 2 ** 3 ** 2);
let p = 2;
p **= 3;
print(p);
let q = null, r = 1, s = 0;
q ??= 'set';
r &&= 'and';
s ||= 'or';
print(q, r, s);
print(delete o?.zero, 'zero' in o);
const list = [1, 2, 3];
print(list?.[1], list?.length, undefined?.[0]);
let calls = 0;
const side = () => { calls++; return { v: { w: 'w' } }; };
print(side()?.v?.w, calls);
print(1_000_000, 0b101, 0o17, 0xff, 1e3);
