// expect: TypeError: setTimeout: expected a function as the first argument
// expect: TypeError: setInterval: expected a function as the first argument
// expect: RangeError: setTimeout: expected a delay of at most 2147483647 milliseconds, got 1e+300
// expect: RangeError: more than 65536 timers and requests are pending
// expect: NaN and negative are none
export default function () {
  const attempt = (f) => { try { f(); } catch (e) { console.log(String(e)); } };
  attempt(() => setTimeout('console.log(1)', 1));
  attempt(() => setInterval());
  attempt(() => setTimeout(() => {}, 1e300));
  const ids = [];
  attempt(() => { for (;;) ids.push(setTimeout(() => {}, 1e6)); });
  ids.forEach(clearTimeout);
  setTimeout(() => setTimeout(() => console.log('NaN and negative are none'), 'soon'), -5);
}
