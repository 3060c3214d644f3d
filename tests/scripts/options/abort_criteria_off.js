// args: --vus 1 --iterations 3
import http from 'k6/http';
export const options = {
  abortCriteria: [{ name: 'off', metric: 'http_req_failed', stat: 'rate', condition: '>', value: 0, enabled: false }],
};
export default function () { http.get(__ENV.TARGET + '/status/500'); }
