import { log, tick } from './log.js';
import { first } from './cycle_a.js';
await tick();
log.push('b with ' + first());
export const b = 'b';
