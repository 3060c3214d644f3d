// run: cli
// args: --workers 1
// expect-init-error: options.scenarios.one.executor: expected one of shared-iterations, per-vu-iterations, constant-vus, ramping-vus, constant-arrival-rate, ramping-arrival-rate, did you mean 'ramping-vus'?, got "ramping-vu"
export const options = { scenarios: { one: { executor: 'ramping-vu' } } };
export default function () {}
