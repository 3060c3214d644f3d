// expect: 1 2
// format: converted
var a = 1, b = 2;
function f(o, extra = 0) { return o.a + ' ' + (o.b + extra); }
print(f({ a, b }));
