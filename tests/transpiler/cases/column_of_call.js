// error: undefined not callable
// error-line: 6
// error-column: 65
const id = (x) => x;
const run = async () => {};
const f = ({ a }) => { const 日本 = '😀'; id(a?.b ?? `${日本}`); id(a)(
  1,
  2); };
run();
f({ a: undefined });
