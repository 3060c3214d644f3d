// expect: tick 1 x
// expect: tick 2 x
// expect: tick 3 x
// expect: cleared twice is nothing
// iterations: 1
export default function () {
  let n = 0;
  const id = setInterval((x) => {
    console.log('tick', ++n, x);
    if (n === 3) {
      clearInterval(id);
      clearInterval(id);
      clearTimeout(12345);
      clearTimeout('no number');
      clearTimeout();
      console.log('cleared twice is nothing');
    }
  }, 1, 'x');
}
