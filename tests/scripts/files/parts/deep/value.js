import { name } from '../counter.js';
export const where = name === 'named' ? 'deep/value.js' : '?';
