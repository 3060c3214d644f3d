// iterations: 2
// expect: before 0
// expect: before 1
// expect-error: fail.js:8:3: Error: enough
// expect-error: fail.js:8:3: Error: enough
exports.default = function () {
  console.log('before', __ITER);
  fail('enough');
  console.log('not reached');
};
