// note: all six at once, each with a function of its own
// run: cli
// args: --workers 2
// expect-metric: iterations.count == 46
// expect-metric: shared.count == 10
// expect-metric: each.count == 6
// expect-metric: rate.count == 10
// expect-metric: rates.count == 10
// expect-metric: constant.count >= 1
// expect-metric: constant.count <= 6
// expect-metric: ramp.count >= 1
// note: the two of VUs sleep for longer than they last: 6 and 4 iterations
export const options = {
  scenarios: {
    shared: { executor: 'shared-iterations', vus: 2, iterations: 10, exec: 'shared' },
    each: { executor: 'per-vu-iterations', vus: 3, iterations: 2, exec: 'each' },
    constant: { executor: 'constant-vus', vus: 6, duration: '300ms', exec: 'constant' },
    ramp: {
      executor: 'ramping-vus', startVUs: 4, stages: [{ duration: '300ms', target: 4 }], exec: 'ramp',
    },
    rate: { executor: 'constant-arrival-rate', rate: 20, duration: '500ms', preAllocatedVUs: 4, exec: 'rate' },
    rates: {
      executor: 'ramping-arrival-rate', startRate: 20, stages: [{ duration: '500ms', target: 20 }],
      preAllocatedVUs: 4, exec: 'rates',
    },
  },
};
const counters = {};
for (const name of ['shared', 'each', 'constant', 'ramp', 'rate', 'rates']) counters[name] = new Counter(name);
export function shared() { counters.shared.add(1); }
export function each() { counters.each.add(1); }
export function constant() { counters.constant.add(1); sleep(0.4); }
export function ramp() { counters.ramp.add(1); sleep(0.4); }
export function rate() { counters.rate.add(1); }
export function rates() { counters.rates.add(1); }
