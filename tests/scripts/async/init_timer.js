// expect-init-error: init_timer.js:2:1: TypeError: setTimeout: expected a function as the first argument
setTimeout('text', 1);
export default function () {}
