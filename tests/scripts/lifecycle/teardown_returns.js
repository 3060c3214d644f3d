// run: cli
// console: run
// expect: end
// note: what teardown() returns goes nowhere
export default function () {}
export function teardown() { console.log('end'); return () => 1n; }
