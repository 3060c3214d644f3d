// args: --workers 2
// expect-checks: 100%
// expect-metric: number.count == 20
// expect-metric: number.min == 0
// expect-metric: number.max == 19
// expect-metric: number.avg == 9.5
import exec from 'k6/execution';
export const options = { scenarios: { shop: { executor: 'shared-iterations', vus: 4, iterations: 20 } } };
const number = new Trend('number');
export default function () {
  const { scenario } = exec;
  number.add(scenario.iterationInTest);
  check(scenario, {
    name: (s) => s.name === 'shop',
    executor: (s) => s.executor === 'shared-iterations',
    startTime: (s) => Math.abs(Date.now() - s.startTime) < 60000,
    progress: (s) => s.progress >= 0 && s.progress <= 1,
    iterationInInstance: (s) => s.iterationInInstance === s.iterationInTest,
  });
  sleep(0.01);
}
