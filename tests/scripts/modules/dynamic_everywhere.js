// expect-output: teardown 7
// expect-output: summary 7
// console: ignore
export async function setup() { return (await import('./parts/lazy.js')).seven; }
export default async function (data) { console.log((await import('./parts/lazy.js')).seven === data); }
export async function teardown(data) { console.log('teardown', (await import('./parts/lazy.js')).seven); }
export async function handleSummary() { return { stdout: `summary ${(await import('./parts/lazy.js')).seven}\n` }; }
