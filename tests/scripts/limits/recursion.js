// expect: RangeError
// expect: RangeError
// expect: RangeError
// expect: RangeError
// expect: still works 6
function name(f) { try { f(); return 'no error'; } catch (e) { return e.name; } }
exports.default = function () {
  console.log(name(function f() { return f() + 1; }));
  console.log(name(function f() { [1].forEach(f); }));
  var o = { toString: function () { return '' + o; } };
  console.log(name(function () { return '' + o; }));
  console.log(name(function () { eval(new Array(20000).join('(') + '1'); }));
  console.log('still works', [1, 2, 3].reduce(function (a, b) { return a + b; }, 0));
};
