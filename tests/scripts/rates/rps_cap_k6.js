// note: with k6's modules a cap: five VUs without a pause send no more than 20/s
// run: cli
// args: --vus 5 --duration 2s
// expect-metric: http_reqs.count >= 20
// expect-metric: http_reqs.count <= 46
import http from 'k6/http';
export const options = { rps: 20 };
export default function () { http.get(__ENV.TARGET + '/get'); }
