// args: --vus 1 --iterations 1 --allow-outside-files
// expect: allowed 3
import { three } from '../core/parts/three.js';
export default function () { console.log('allowed', three); }
