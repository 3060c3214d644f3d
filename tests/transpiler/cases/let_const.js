// expect: 30
// expect: 3
// expect: 0,1,2
// expect: x,y
// expect: inner
// expect: inner
// expect: case
let a = 1;
const b = 2;
{
  let a = 10;
  const b = 20;
  print(a + b);
}
print(a + b);
const fns = [];
for (let i = 0; i < 3; i++) fns.push(() => i);
print(fns.map((f) => f()).join());
const later = [];
for (const k in { x: 1, y: 2 }) later.push(() => k);
print(later.map((f) => f()).join());
for (let i = 0, n = 2; i < n; i++) {
  let i = 'inner';
  print(i);
}
switch (a) {
  case 1: {
    let c = 'case';
    print(c);
  }
}
