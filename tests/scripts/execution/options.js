// args: --iterations 1
// expect: {"vus":1,"thresholds":{}}
import exec from 'k6/execution';
export const options = { vus: 1, thresholds: {} };
export default function () { console.log(exec.test.options); }
