// expect-init-error: timer_error.js:3:9: Error: in a timer
setTimeout(() => {
  throw new Error('in a timer');
}, 1);
export default function () {}
