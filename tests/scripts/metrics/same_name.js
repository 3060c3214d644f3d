// note: the same metric may be made again; another type under its name is an error
// expect: Error: new Rate: 
// expect-metric: shared.count == 3
import { Counter, Rate } from 'k6/metrics';
const first = new Counter('shared');
const again = new Counter('shared');
export default function () {
  first.add(1); again.add(2);
  try { new Rate('shared'); console.log('no error'); } catch (e) { console.log(String(e).slice(0, 17)); }
}
