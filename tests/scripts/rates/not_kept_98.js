// note: asked to, a run whose rate was not kept fails with a code of its own
// run: cli
// args: --workers 1 --fail-on-generator-limited
// expect-exit: 98
// expect-metric: dropped_iterations.count == 9
export const options = {
  scenarios: { one: { executor: 'constant-arrival-rate', rate: 10, duration: '1s', preAllocatedVUs: 1 } },
};
export default function () { sleep(1.5); }
