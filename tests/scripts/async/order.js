// expect: sync
// expect: micro 1
// expect: micro 2
// expect: immediate a b
// expect: timer 0
// expect: inner micro
// expect: timer 1
// expect: timer 5
// expect: this undefined
import { setTimeout as st, clearTimeout as ct, setImmediate as si } from 'k6/timers';
export default function () {
  setTimeout(() => console.log('timer 5'), 5);
  setTimeout(() => console.log('timer 1'), 1);
  st(() => { console.log('timer 0'); queueMicrotask(() => console.log('inner micro')); });
  si((a, b) => console.log('immediate', a, b), 'a', 'b');
  Promise.resolve().then(() => console.log('micro 1')).then(() => console.log('micro 2'));
  ct(st(() => console.log('cleared'), 0));
  clearImmediate(setImmediate(() => console.log('cleared')));
  setTimeout(function () { 'use strict'; console.log('this', this); }, 8);
  console.log('sync');
}
