// note: a run of VUs has no instant at which an iteration is due
// run: cli
// args: --vus 1 --iterations 2
// expect-metric: iteration_lag.count == none
// expect-metric: http_req_scheduled_duration.count == none
import http from 'k6/http';
export default function () { http.get(__ENV.TARGET + '/get'); }
