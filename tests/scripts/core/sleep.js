// expect: slept true
// expect: callback true
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got x
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got -1
// expect: TypeError: sleep: expected a number of seconds from 0 to a year, got NaN
exports.default = function () {
  var start = Date.now();
  sleep(0.02);
  console.log('slept', Date.now() - start >= 19);
  start = Date.now();
  [1, 2].forEach(function () { sleep(0.01); });
  console.log('callback', Date.now() - start >= 19);
  ['x', -1, NaN].forEach(function (bad) {
    try { sleep(bad); } catch (e) { console.log(String(e)); }
  });
};
