// expect: 0,1,2
// expect: {"value":0,"done":false} {"value":"done","done":true} {"done":true}
// expect: got sent
// expect: done
// expect: first 0 1 in try
// expect: caught boom
// expect: finally
// expect: after catch true
// expect: xy 2
// expect: 1>2>3>4
// expect: 0,1,1,2,3,5,8,13,21
function* count(n) {
  for (let i = 0; i < n; i++) yield i;
  return 'done';
}
print([...count(3)].join());
const g = count(1);
print(JSON.stringify(g.next()), JSON.stringify(g.next()), JSON.stringify(g.next()));
function* outer() {
  const got = yield 'first';
  print('got', got);
  const r = yield* count(2);
  print(r);
  try {
    yield 'in try';
  } catch (e) {
    print('caught', e);
    yield 'after catch';
  } finally {
    print('finally');
  }
}
const it = outer();
print(it.next().value, it.next('sent').value, it.next().value, it.next().value);
print(it.throw('boom').value, it.next().done);
const iterable = { *[Symbol.iterator]() { yield 'x'; yield 'y'; } };
print([...iterable].join(''), Array.from(iterable).length);
class Tree {
  constructor(v, kids = []) { this.v = v; this.kids = kids; }
  *walk() { yield this.v; for (const k of this.kids) yield* k.walk(); }
}
print([...new Tree(1, [new Tree(2, [new Tree(3)]), new Tree(4)]).walk()].join('>'));
function* fib() { let [p, q] = [0, 1]; while (true) { yield p; [p, q] = [q, p + q]; } }
const firsts = [];
for (const n of fib()) { if (n > 30) break; firsts.push(n); }
print(firsts.join());
