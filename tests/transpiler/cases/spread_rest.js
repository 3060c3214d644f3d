// expect: 6 15 0
// expect: a,b,c,1,2,3,4,5
// expect: {"a":1,"b":3,"c":4}
// expect: 9
// expect: 3
// expect: 1/2/0 1/5/2
// expect: 3 true
// expect: true
const sum = (...n) => n.reduce((p, q) => p + q, 0);
print(sum(1, 2, 3), sum(...[4, 5], 6), sum());
print([...'abc', ...[1, 2], ...new Set([3, 3, 4]), ...new Map([[5, 6]]).keys()].join());
print(JSON.stringify({ ...{ a: 1, b: 2 }, b: 3, ...null, ...{ c: 4 } }));
print(Math.max(...[3, 9, 2]));
class P { constructor(...args) { this.args = args; } }
print(new P(...[1, 2], 3).args.length);
function f(a, b = a + 1, ...c) { return [a, b, c.length].join('/'); }
print(f(1), f(1, 5, 6, 7));
const copy = [...[1, , 3]];
print(copy.length, 1 in copy);
try {
  const nothing = undefined;
  print([...nothing]);
} catch (e) {
  print(e instanceof TypeError);
}
