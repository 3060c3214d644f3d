import { log } from './log.js';
log.push('lazy runs');
export default 'lazy';
export const self = () => import('./lazy.js');
