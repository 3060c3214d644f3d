console.log('loaded counter');
let n = 0;
export const name = 'named';
export function next() { return ++n; }
export default next;
