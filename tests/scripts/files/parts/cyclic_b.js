import * as other from './cyclic_a.js';
export const b = () => (other.own() === 'from a' ? 'from b' : 'lost');
