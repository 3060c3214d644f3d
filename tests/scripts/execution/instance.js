// args: --vus 2 --iterations 10 --workers 2
// expect-checks: 100%
// expect-metric: completed.max <= 9
// expect-metric: completed.max >= 5
import exec from 'k6/execution';
const completed = new Trend('completed');
export default function () {
  const { instance } = exec;
  completed.add(instance.iterationsCompleted);
  check(instance, {
    iterationsInterrupted: (i) => i.iterationsInterrupted === 0,
    iterationsCompleted: (i) => i.iterationsCompleted >= 0 && i.iterationsCompleted < 10,
    vusActive: (i) => i.vusActive >= 1 && i.vusActive <= 2,
    vusInitialized: (i) => i.vusInitialized === 2,
    currentTestRunDuration: (i) => i.currentTestRunDuration > 0 && i.currentTestRunDuration < 60000,
  });
  sleep(0.02);
}
