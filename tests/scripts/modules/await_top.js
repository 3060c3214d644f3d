// args: --tag test=modules
// expect: init before
// expect: init after 3
// expect: finished parts/awaits.js
// expect: named 4
// expect: setup gave 7
import { value, next } from './parts/awaits.js';
console.log('init before');
const later = (ms, v) => new Promise((resolve) => setTimeout(() => resolve(v), ms));
export const options = await later(1, { scenarios: { one: { executor: 'shared-iterations', vus: 1, iterations: 1, exec: 'named' } } });
let sum = 0;
for await (const n of [later(2, 1), 2]) sum += n;
console.log('init after', sum);
console.log(await value);
export async function setup() { return (await import('./parts/lazy.js')).seven; }
export async function named(data) {
  console.log('named', await next(sum));
  console.log('setup gave', data);
}
