// expect: object
// expect: 1
// expect: 1
// expect: object 8
function f() { return typeof this; }
print(f());
implicit = 1;
print(implicit);
const o = { p: 1 };
with (o) { print(p); }
print((() => typeof this)(), 010);
