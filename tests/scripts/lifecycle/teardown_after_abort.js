// run: cli
// console: run
// expect: cleaned up
// expect-exit: 97
// args: --vus 2 --duration 60s
// note: an abort criterion ends the load; teardown() runs all the same
import http from 'k6/http';
import { sleep } from 'k6';
export const options = {
  abortCriteria: [{ name: 'errors', metric: 'http_req_failed', stat: 'rate', condition: '>', value: 0.5, enabled: true }],
};
export default function () {
  http.get(`${__ENV.TARGET}/status/503`);
  sleep(0.1);
}
export function teardown() {
  console.log('cleaned up');
}
