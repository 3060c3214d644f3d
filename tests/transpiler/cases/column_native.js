// error: cannot read property 'c' of undefined
// error-line: 6
// error-column: 13
// format: es5
var a = { b: undefined };
var e = a.b.c
  ;
