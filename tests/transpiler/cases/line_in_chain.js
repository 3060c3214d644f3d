// error: is not a function
// error-line: 8
// (a call chain over many lines: Duktape names the line where the call starts or the callee stands)
const list = [1, 2, 3];
const result = list
  .map((v) => v + 1)
  .filter((v) => v > 2)
  .nothing((v) => v)
  .map((v) => v);
