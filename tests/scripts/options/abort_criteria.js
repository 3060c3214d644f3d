// args: --vus 2 --duration 30s
// expect-exit: 97
// expect-output: auto_stop: too many failures
import http from 'k6/http';
export const options = {
  abortCriteria: [{ name: 'too many failures', metric: 'http_req_failed', stat: 'rate', condition: '>', value: 0.5, enabled: true }],
};
export default function () { http.get(__ENV.TARGET + '/status/500'); sleep(0.1); }
