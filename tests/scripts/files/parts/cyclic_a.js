import { b } from './cyclic_b.js';
export const own = () => 'from a';
export const a = () => own() + ', ' + b();
