// expect: Error: scenario.name: only a virtual user that runs an iteration has a scenario
// expect: 1 0
// expect: default shared-iterations
// run: cli
import exec from 'k6/execution';
try { exec.scenario.name; } catch (e) { console.log(String(e)); }
console.log(exec.vu.idInTest, exec.instance.iterationsCompleted);
export default function () { console.log(exec.scenario.name, exec.scenario.executor); }
