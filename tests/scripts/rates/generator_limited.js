// note: a generator that computes all the time says that it was the bottleneck, also where others have the cores
// run: cli
// args: --vus 4 --duration 5s --workers 1 --fail-on-generator-limited
// expect-exit: 98
// expect-output: GENERATOR LIMITED
// expect-output: CPU: up to
export default function () { let x = 0; for (let i = 0; i < 20000; ++i) x += i; }
