// args: --workers 1
// expect-checks: 100%
// expect-check: in a 3/0
// expect-check: in b 2/0
import exec from 'k6/execution';
export const options = {
  scenarios: {
    a: { executor: 'per-vu-iterations', vus: 1, iterations: 3, exec: 'first' },
    b: { executor: 'shared-iterations', vus: 2, iterations: 2, exec: 'second', startTime: '100ms' },
  },
};
export function first() { check(exec.scenario, { 'in a': (s) => s.name === 'a' && s.executor === 'per-vu-iterations' && s.iterationInTest === __ITER }); }
export function second() { check(exec.scenario, { 'in b': (s) => s.name === 'b' && s.iterationInTest < 2 && exec.vu.idInTest > 1 }); }
