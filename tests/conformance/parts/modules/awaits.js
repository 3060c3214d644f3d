import { log, tick } from './log.js';
export let early = 'not yet';
log.push('awaits begins');
early = await tick().then(() => 'settled');
export const late = await tick().then(() => ({ deep: true }));
export function sum(a, b) { return a + b + offset; }
let offset = 0;
for await (const n of [Promise.resolve(1), 2]) offset += n;
const { a, ...rest } = await { a: 1, b: 2, c: 3 };
export { a, rest };
export class Later { value() { return late; } }
try { await Promise.reject(new TypeError('caught')); } catch (error) { log.push(error.message); }
log.push('awaits ends');
export default async function () { return late; }
