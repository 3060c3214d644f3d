const wait = () => new Promise((resolve) => setTimeout(resolve, 1));
await wait();
export const value = Promise.resolve('finished parts/awaits.js');
export const next = async (n) => { await wait(); return n + 1; };
