// expect-init-error: unhandled_top.js:3:46: Error: nobody handles it
// console: ignore
import('./parts/lazy.js').then(() => { throw new Error('nobody handles it'); });
export default function () {}
