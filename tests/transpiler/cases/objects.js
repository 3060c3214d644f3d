// expect: 1 2 1 computed getter 3 function 1
// expect: {"a":1,"b":2,"nested":{"a":1}}
// expect: 8
// expect: 1 false true
// expect: 3 3
const a = 1, b = 2, key = 'k';
const o = { a, b, method() { return this.a; }, [key + 1]: 'computed', get g() { return 'getter'; }, 'quoted-key': 3, async am() {}, *gm() { yield 1; } };
print(o.a, o.b, o.method(), o.k1, o.g, o['quoted-key'], typeof o.am, [...o.gm()].length);
print(JSON.stringify({ a, b, nested: { a } }));
print(Object.keys(o).length);
const { a: x, ...others } = o;
print(x, 'a' in others, 'b' in others);
const trailing = [1, 2, 3,];
function commas(p, q,) { return p + q; }
print(trailing.length, commas(1, 2,));
