// note: what outlasts the grace is cut short and no iteration; what ends within it counts
// run: cli
// args: --workers 1
// expect-metric: iterations.count == 1
// expect-metric: iteration_duration.min >= 600
export const options = {
  scenarios: {
    cut: { executor: 'constant-vus', vus: 1, duration: '100ms', gracefulStop: '0s', exec: 'slow' },
    ends: { executor: 'constant-vus', vus: 1, duration: '100ms', gracefulStop: '20s', exec: 'slow' },
  },
};
export function slow() { sleep(0.7); }
