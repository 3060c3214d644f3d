// expect: sync
// expect: micro
// expect: immediate
// expect: timeout 1
// expect: ticks 3
// expect: iteration after all of it: 3
// note: the init stage lasts until nothing is pending; as in k6
let ticks = 0;
setTimeout(() => console.log('timeout', 1), 1);
const id = setInterval(() => { if (++ticks === 3) { clearInterval(id); console.log('ticks', ticks); } }, 3);
setImmediate(() => console.log('immediate'));
queueMicrotask(() => console.log('micro'));
console.log('sync');
export default function () { console.log('iteration after all of it:', ticks); }
