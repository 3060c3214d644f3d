// note: rows do not have to fit the heap of a virtual user, but the process: 1 GiB of JSON
// args: --vus 1 --iterations 1
// expect-init-error: SharedArray: 
import { SharedArray } from 'k6/data';
const row = 'x'.repeat(1 << 20);
new SharedArray('large', () => Array.from({ length: 1100 }, () => row));
export default function () {}
