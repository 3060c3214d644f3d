// run: cli
// args: --workers 2
// expect-exit: 99
// expect-output: PASS [http_reqs{scenario:reads}] count == 3
// expect-output: PASS [http_reqs{scenario:writes}] count == 2
// expect-output: PASS [iterations{scenario:reads}] count == 3
// expect-output: PASS [http_req_failed{scenario:reads,kind:r}] rate == 0
// expect-output: PASS [checks{scenario:reads}] rate == 1
// expect-output: PASS [seen{scenario:writes}] count == 2
// expect-output: FAIL [http_req_duration{scenario:nobody}] max < 1000
import http from 'k6/http';
export const options = {
  scenarios: {
    reads: { executor: 'shared-iterations', iterations: 3, tags: { kind: 'r' } },
    writes: { executor: 'per-vu-iterations', iterations: 2, exec: 'writes' },
  },
  thresholds: {
    'http_reqs{scenario:reads}': ['count == 3'],
    'http_reqs{scenario:writes}': ['count == 2'],
    'iterations{scenario:reads}': ['count == 3'],
    'http_req_failed{scenario:reads,kind:r}': ['rate == 0'],
    'checks{scenario:reads}': ['rate == 1'],
    'seen{scenario:writes}': ['count == 2'],
    'http_req_duration{scenario:nobody}': ['max < 1000'],
  },
};
const seen = new Counter('seen');
export default function () {
  check(http.get(__ENV.TARGET + '/get'), { ok: (r) => r.status === 200 });
}
export function writes() { http.post(__ENV.TARGET + '/post', 'x'); seen.add(1); }
