// note: one VU that is busy all the time: what finds it so is dropped, and all that were due are counted
// run: cli
// args: --workers 1
// expect-metric: iterations.count == 1
// expect-metric: dropped_iterations.count == 9
export const options = {
  scenarios: { one: { executor: 'constant-arrival-rate', rate: 10, duration: '1s', preAllocatedVUs: 1 } },
};
export default function () { sleep(1.5); }
