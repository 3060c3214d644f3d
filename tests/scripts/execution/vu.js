// args: --vus 3 --iterations 9
// expect-checks: 100%
// expect-metric: vu_id.min >= 1
// expect-metric: vu_id.max <= 3
import exec from 'k6/execution';
import { vu } from 'k6/execution';
const id = new Trend('vu_id');
export default function () {
  id.add(vu.idInTest);
  check(exec.vu, {
    'idInTest is __VU': (v) => v.idInTest === __VU,
    'idInInstance': (v) => v.idInInstance === __VU,
    'iterationInInstance is __ITER': (v) => v.iterationInInstance === __ITER,
    'iterationInScenario': (v) => v.iterationInScenario === __ITER,
    'cannot be written': (v) => { try { v.idInTest = 5; } catch (e) {} return v.idInTest === __VU; },
  });
  sleep(0.01);
}
