// expect: 1
// expect: 3
// expect: 1
// expect: 1
// expect: 2
// expect: a 1
// expect: b 2
// expect: 1
// expect: 2
// expect: 8
// expect: 1 1
// expect: 2 1
// expect: 1,2,3,4
// expect: arg x
// expect: arg y
// expect: 0 p
// expect: 1 q
// expect: 1,2
// expect: 2
// expect: true
for (const v of [1, 2, 3]) { if (v === 2) continue; print(v); }
for (const c of 'añ😀') print(c.length);
for (const [k, v] of new Map([['a', 1], ['b', 2]])) print(k, v);
for (const v of new Set([1, 1, 2])) print(v);
let i;
for (i of [7, 8]) ;
print(i);
outer: for (const a of [1, 2, 3]) {
  for (const b of [1, 2, 3]) {
    if (b === 2) continue outer;
    if (a === 3) break outer;
    print(a, b);
  }
}
const arr = [1];
for (const v of arr) { if (arr.length < 4) arr.push(v + 1); }
print(arr.join());
(function () { for (const a of arguments) print('arg', a); })('x', 'y');
for (const [i, v] of ['p', 'q'].entries()) print(i, v);
const fns = [];
for (const v of [1, 2]) fns.push(() => v);
print(fns.map((f) => f()).join());
function find(list) { for (const v of list) { if (v > 1) return () => v; } }
print(find([1, 2, 3])());
try {
  for (const v of 5) print(v);
} catch (e) {
  print(e instanceof TypeError);
}
