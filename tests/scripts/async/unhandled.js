// expect: handled later is no error
// expect-error: unhandled.js:11:22: RangeError: nobody listens
// expect-error: plain text
// expect: last
// iterations: 3
exports.default = function () {
  if (__ITER === 0) {
    var p = Promise.reject(new Error('handled'));
    queueMicrotask(function () { p.catch(function () { console.log('handled later is no error'); }); });
    setTimeout(function () {
      Promise.reject(new RangeError('nobody listens'));
    }, 1);
  } else if (__ITER === 1) {
    Promise.reject('plain text');
  } else {
    console.log('last');
  }
};
