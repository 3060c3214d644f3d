// expect: 1 2 default {"d":4,"e":5}
// expect: 1 third 4,5
// expect: 2 1
// expect: ann:t1
// expect: localhost:80 localhost:8080
// expect: p 1
// expect: q 2
// expect: value none
// expect: set1 set2
// expect: h é
// expect: assigned too
// expect: true
const { a, b: renamed, c = 'default', ...rest } = { a: 1, b: 2, d: 4, e: 5 };
print(a, renamed, c, JSON.stringify(rest));
const [first, , third = 'third', ...others] = [1, 2, undefined, 4, 5];
print(first, third, others.join());
let x = 1, y = 2;
[x, y] = [y, x];
print(x, y);
const nested = ({ user: { name, tags: [tag] } }) => `${name}:${tag}`;
print(nested({ user: { name: 'ann', tags: ['t1', 't2'] } }));
function defaults({ host = 'localhost', port = 80 } = {}) { return host + ':' + port; }
print(defaults(), defaults({ port: 8080 }));
for (const [k, v] of Object.entries({ p: 1, q: 2 })) print(k, v);
const key = 'dyn';
const { [key]: dynamic, length = 'none' } = { dyn: 'value' };
print(dynamic, length);
const [m, n] = new Set(['set1', 'set2']);
print(m, n);
const [ch1, ch2] = 'hé';
print(ch1, ch2);
({ x, y: [y] } = { x: 'assigned', y: ['too'] });
print(x, y);
try {
  const { z } = null;
} catch (e) {
  print(e instanceof TypeError);
}
