// note: 0 to 100/s in 1 s, 1 s of 100/s, a pause, a jump to 20/s: 50 + 100 + 10
// run: cli
// args: --workers 2
// expect-metric: iterations.count == 160
// expect-metric: dropped_iterations.count == none
export const options = {
  scenarios: {
    one: {
      executor: 'ramping-arrival-rate', preAllocatedVUs: 50, maxVUs: 200,
      stages: [
        { duration: '1s', target: 100 }, { duration: '1s', target: 100 }, { duration: '0s', target: 0 },
        { duration: '300ms', target: 0 }, { duration: '0s', target: 20 }, { duration: '500ms', target: 20 },
      ],
    },
  },
};
export default function () {}
