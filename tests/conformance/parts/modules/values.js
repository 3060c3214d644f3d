export let count = 1;
export const fixed = 'fixed';
export function increase() { count += 1; return count; }
export class Thing { name() { return 'thing'; } }
export default function named() { return named.name; }
const spaced = 5;
export { spaced as 'a b', spaced as "it's", fixed as other };
