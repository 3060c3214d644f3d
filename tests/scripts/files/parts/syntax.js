export const a = 1;
export let = 5;
