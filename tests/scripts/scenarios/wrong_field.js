// run: cli
// args: --workers 1
// expect-init-error: options.scenarios.one.iterations: expected no such field, constant-vus has vus, duration
export const options = { scenarios: { one: { executor: 'constant-vus', duration: '1s', iterations: 5 } } };
export default function () {}
