// expect: slept true
// expect: callback true
// expect: text true
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got x
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got -1
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got NaN
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got undefined
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got null
exports.default = function () {
  function takes(f) { var start = Date.now(); f(); return Date.now() - start >= 19; }
  console.log('slept', takes(function () { sleep(0.02); }));
  console.log('callback', takes(function () { [1, 2].forEach(function () { sleep(0.01); }); }));
  console.log('text', takes(function () { sleep('0.02'); }));
  ['x', -1, NaN, undefined, null].forEach(function (bad) {
    try { sleep(bad); } catch (e) { console.log(String(e)); }
  });
};
