// run: cli
// args: --workers 1
// expect-init-error: options.scenarios.one.rate: expected a positive integer, got "fast"
export const options = {
  scenarios: { one: { executor: 'constant-arrival-rate', duration: '1s', rate: 'fast', preAllocatedVUs: 1 } },
};
export default function () {}
