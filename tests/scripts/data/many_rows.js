// note: 20,000 rows read at random by 50 virtual users
// args: --vus 50 --iterations 500
// expect-checks: 500/0
import { SharedArray } from 'k6/data';
const rows = new SharedArray('many', () => Array.from({ length: 20000 }, (_, i) => ({ id: i, name: `user ${i}` })));
export default function () {
  const i = Math.floor(Math.random() * rows.length);
  check(rows[i], { 'its row': (row) => row.id === i && row.name === `user ${i}` });
}
