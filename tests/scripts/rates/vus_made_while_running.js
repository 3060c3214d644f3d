// note: from one VU to as many as it takes
// run: cli
// args: --workers 1
// expect-metric: vus.max >= 4
// expect-metric: iterations.count >= 10
// console: ignore
export const options = {
  scenarios: {
    one: { executor: 'constant-arrival-rate', rate: 20, duration: '1s', preAllocatedVUs: 1, maxVUs: 10 },
  },
};
console.log('made');
export default function () { sleep(0.3); }
