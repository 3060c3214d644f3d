import { log } from './log.js';
import './awaits.js';
import './beside.js';
import { late } from './awaits.js';
log.push('above runs ' + late.deep);
export const seen = late;
