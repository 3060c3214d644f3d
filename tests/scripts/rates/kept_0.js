// run: cli
// args: --workers 1 --fail-on-generator-limited
// expect-exit: 0
// expect-metric: iterations.count == 10
export const options = {
  scenarios: { one: { executor: 'constant-arrival-rate', rate: 10, duration: '1s', preAllocatedVUs: 5 } },
};
export default function () {}
