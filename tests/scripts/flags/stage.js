// args: --vus 2 --stage 300ms:3,200ms:1 -s 100ms:0
// expect-metric: vus_max.max == 3
// run: cli
// expect-output: the command line says another
// expect-output: running:
export const options = { duration: '5m', vus: 50 };
import { sleep } from 'k6';
export default function () { sleep(0.02); }
