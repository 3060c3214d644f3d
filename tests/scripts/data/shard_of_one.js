// note: with one process the share is the whole
// expect: 10 0 9
import { SharedArray } from 'k6/data';
const rows = new SharedArray('ten', () => [...Array(10).keys()], { shard: true });
export default function () { console.log(rows.length, rows[0], rows.get(9)); }
