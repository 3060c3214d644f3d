// expect: TypeError: a SharedArray cannot be changed: all virtual users read the same rows
// expect: TypeError: a SharedArray cannot be changed: all virtual users read the same rows
// expect: TypeError: a SharedArray cannot be changed: all virtual users read the same rows
// expect: TypeError: a SharedArray cannot be changed: all virtual users read the same rows
// expect: TypeError: a SharedArray cannot be changed: all virtual users read the same rows
// expect: 2 first
import { SharedArray } from 'k6/data';
const rows = new SharedArray('rows', () => [{ name: 'first' }, { name: 'second' }]);
export default function () {
  const attempt = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(String(e)); } };
  attempt(() => { rows[0] = 1; });
  attempt(() => rows.push(1));
  attempt(() => { delete rows[0]; });
  attempt(() => rows.reverse());
  attempt(() => { rows.length = 0; });
  rows[0].name = 'of this copy only';
  console.log(rows.length, rows[0].name);
}
