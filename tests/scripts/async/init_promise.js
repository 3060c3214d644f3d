// expect: at the top true
let ran = false;
Promise.resolve().then(() => { ran = true; });
export default function () { console.log('at the top', ran); }
