// iterations: 3
// expect: init 1 http true undefined
// expect: iteration 0 1
// expect: iteration 1 1
// expect: iteration 2 1
// expect: replaced
var count = 0;
console.log('init', __VU, __ENV.BASE_URL.substr(0, 4), typeof __ENV === 'object', __ENV.NOT_THERE);
exports.default = function () {
  console.log('iteration', __ITER, __VU);
  if (++count === 3) {
    console = { log: console.log };
    console.log('replaced');
  }
};
