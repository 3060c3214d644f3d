// expect: 1
// expect: 2
// error: boom in generator
// error-line: 10
function* steps() {
  yield 1;

  yield 2;
  const z = 3;
  throw new Error('boom in generator');
}
for (const s of steps()) {
  print(s);
}
