// run: cli
// console: ignore
// args: --vus 100 --iterations 100
// expect-metric: iterations.count == 100
// note: one after the other these waits would take longer than a script may
await new Promise((resolve) => setTimeout(resolve, 2000));
export default function () {}
