// runs: default
// expect: true
import * as again from 'k6';
export default function () { print(typeof again.check === 'function'); }
