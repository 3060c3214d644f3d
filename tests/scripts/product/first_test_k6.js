// note: block under "Here is a minimal HTTP load test:" of the product's document, unchanged
// replace: https://api.example.com -> {TARGET}
// args: --vus 2 --iterations 4
// expect-check: status is 200 4/0
// expect-check: response time < 500ms 4/0
// expect-metric: http_reqs.count == 4

import http from 'k6/http';
import { check, sleep } from 'k6';
export const options = {
vus: 10,
duration: '30s',
};
export default function () {
const res = http.get('https://api.example.com/users');
check(res, {
'status is 200': (r) => r.status === 200,
'response time < 500ms': (r) => r.timings.duration < 500,
});
sleep(1);
}
