// note: the schedule of seed 7 is the same on one thread and on two
// run: cli
// args: --workers 2
// expect-metric: dropped_iterations.count == none
// expect-metric: iterations.count >= 60
// expect-metric: iterations.count <= 140
export const options = {
  scenarios: {
    one: {
      executor: 'constant-arrival-rate', rate: 100, duration: '1s', preAllocatedVUs: 50, maxVUs: 200,
      arrivals: 'poisson', arrivalSeed: 7,
    },
  },
};
export default function () {}
