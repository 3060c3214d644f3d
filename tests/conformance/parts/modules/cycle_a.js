import { log, tick } from './log.js';
import { b } from './cycle_b.js';
export function first() { return 'first'; }
await tick();
log.push('a after ' + b);
export const a = 'a';
