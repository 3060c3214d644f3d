// expect: 0 undefined []
import { SharedArray } from 'k6/data';
const rows = new SharedArray('none', () => []);
export default function () { console.log(rows.length, rows[0], JSON.stringify(rows)); }
