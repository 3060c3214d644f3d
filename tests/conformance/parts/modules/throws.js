import { log } from './log.js';
log.push('throws runs');
throw new RangeError('at once');
