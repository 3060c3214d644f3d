// note: the usual use: every iteration of the whole test takes a row of its own
// args: --vus 5 --iterations 50 --workers 2
// expect-metric: taken.count == 50
// expect-metric: taken.avg == 24.5
// expect-metric: taken.min == 0
// expect-metric: taken.max == 49
import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
const rows = new SharedArray('rows', () => [...Array(50).keys()]);
const taken = new Trend('taken');
export default function () { taken.add(rows[exec.scenario.iterationInTest]); }
