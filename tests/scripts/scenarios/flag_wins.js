// run: cli
// args: --vus 1 --iterations 3
// expect-output: the script's scenarios are not used: --vus, --iterations
// expect-metric: iterations.count == 3
export const options = { scenarios: { one: { executor: 'constant-vus', vus: 50, duration: '1h' } } };
export default function () {}
