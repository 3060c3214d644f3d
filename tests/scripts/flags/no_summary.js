// args: --no-summary --iterations 1
// run: cli
// expect-no-output: METRICS
// expect-no-output: handled
export default function () {}
export function handleSummary() { console.log('handled'); return { stdout: 'handled' }; }
