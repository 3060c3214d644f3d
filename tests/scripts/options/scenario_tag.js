// note: the tag scenario on the samples that are no requests
// args: --workers 2
// expect-exit: 0
// expect-error: this is expected
import http from 'k6/http';
export const options = {
  scenarios: {
    a: { executor: 'per-vu-iterations', vus: 1, iterations: 2 },
    b: { executor: 'per-vu-iterations', vus: 1, iterations: 1, exec: 'broken' },
  },
  thresholds: {
    'data_sent{scenario:a}': ['count>0'],
    'data_received{scenario:a}': ['count>0'],
    'data_received{scenario:b}': [{ threshold: 'count>0', allowNoData: true }],
    'iterations{scenario:a}': ['count==2'],
    'errors{scenario:b}': ['count==1'],
    'errors{scenario:a}': [{ threshold: 'count<1', allowNoData: true }],
  },
};
export default function () { http.get(`${__ENV.TARGET}/get`); }
export function broken() { throw new Error('this is expected'); }
