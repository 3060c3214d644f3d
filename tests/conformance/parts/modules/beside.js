import { log } from './log.js';
log.push('beside runs');
