// expect-init-error: Counter.add: not available in the init stage
import { Counter } from 'k6/metrics';
new Counter('early').add(1);
export default function () {}
