// expect: second iteration is clean
// expect-error: error_in_timer.js:8:17: TypeError
// iterations: 2
export default function () {
  if (__ITER === 0) {
    setTimeout(() => console.log('must not leak into the next iteration'), 3);
    setTimeout(() => {
      undefined.x;
    }, 1);
  } else {
    console.log('second iteration is clean');
  }
}
