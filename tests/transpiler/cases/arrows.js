// expect: 3 25 {"a":1,"b":2}
// expect: 2
// expect: second
// expect: 4-6
// expect: 6
// expect: function true
const add = (x, y) => x + y;
const square = x => x * x;
const pair = () => ({ a: 1, b: 2 });
print(add(1, 2), square(5), JSON.stringify(pair()));
function Counter() {
  this.n = 0;
  this.inc = () => { this.n++; return this; };
}
print(new Counter().inc().inc().n);
function args() { return (() => arguments[1])(); }
print(args(1, 'second'));
print([3, 1, 2].sort((p, q) => p - q).map((v) => v * 2).filter((v) => v > 2).join('-'));
const curried = (p) => (q) => (r) => p + q + r;
print(curried(1)(2)(3));
print(typeof (async () => {}), (() => {})() === undefined);
