// expect-init-error: waits_for_itself.js:3:24: top-level await of
// note: as in Node.js: import() of what waits for it
const { default: f } = await import('./waits_for_itself.js');
export default f;
