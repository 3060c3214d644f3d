// expect-init-error: no_sleep.js:4:1: Error: sleep: not available in the init stage
import { sleep } from 'k6';
await null;
sleep(1);
export default function () {}
