// expect-error: modern_error_line.js:5:8: TypeError
const a = 1;
mk.log;
const f = () => {
  null.x(a);
};
f();
