// expect: [null,true,1.5,"text",[1,[2]],{"a":{"b":null}},""]
// expect: object boolean number string object object string
import { SharedArray } from 'k6/data';
const rows = new SharedArray('kinds', () => [null, true, 1.5, 'text', [1, [2]], { a: { b: null } }, '']);
export default function () {
  console.log(JSON.stringify(rows));
  console.log(...rows.map((row) => typeof row));
}
