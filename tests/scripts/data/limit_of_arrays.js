// expect-init-error: RangeError: SharedArray: more than 256 in one test
import { SharedArray } from 'k6/data';
for (let i = 0; i < 257; i++) new SharedArray(`n${i}`, () => [i]);
export default function () {}
