// expect: 5 refused
import { Counter } from 'k6/metrics';
let refused = 0;
['', 'has space', '1digit', 'ünïcode', 'x'.repeat(300)].forEach((name) => {
  try { new Counter(name); console.log('accepted', name); } catch (e) { refused++; }
});
export default function () { console.log(refused, 'refused'); }
