export * from './values.js';
export * as ns from './values.js';
export { default } from './values.js';
export { 'a b' as renamed, fixed as 'c d' } from './values.js';
