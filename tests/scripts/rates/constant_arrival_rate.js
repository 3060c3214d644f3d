// note: 50/s for 2 s are 100 iterations whatever they take
// run: cli
// args: --workers 2
// expect-metric: iterations.count == 100
// expect-metric: http_reqs.count == 100
// expect-metric: dropped_iterations.count == none
// expect-metric: iteration_lag.count == 100
// expect-metric: http_req_scheduled_duration.count == 100
import http from 'k6/http';
export const options = {
  scenarios: { one: { executor: 'constant-arrival-rate', rate: 50, duration: '2s', preAllocatedVUs: 20, maxVUs: 100 } },
};
export default function () { http.get(__ENV.TARGET + '/delay/20'); }
