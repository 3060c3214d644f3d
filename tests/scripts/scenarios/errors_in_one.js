// note: errors of one scenario leave the others alone
// run: cli
// args: --workers 1
// expect-error: broken on purpose
// expect-metric: iterations.count == 5
// expect-metric: good.count == 3
export const options = {
  scenarios: {
    bad: { executor: 'shared-iterations', iterations: 2, exec: 'bad' },
    good: { executor: 'shared-iterations', iterations: 3, exec: 'good' },
  },
};
const counter = new Counter('good');
export function bad() { throw new Error('broken on purpose'); }
export function good() { counter.add(1); }
