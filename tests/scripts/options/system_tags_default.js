// note: the tags that k6 has on by default, found by the selectors of thresholds
// expect-metric: http_reqs{proto:HTTP/1.1}.count == 3
// expect-metric: http_reqs{tls_version:tls1.3}.count == 1
// expect-metric: http_reqs{tls_version:}.count == 3
// expect-metric: http_req_failed{error_code:1404}.rate == 1
// expect-metric: http_reqs{method:GET,status:200,expected_response:true}.count == 2
// expect-metric: http_reqs{error:}.count == 3
// expect-metric: http_reqs{status:0,error_code:1212}.count == 1
// expect-metric: http_req_duration{expected_response:true}.count == 2
// expect-metric: checks{check:is up}.passes == 1
// expect-metric: checks{group:::inner}.passes == 1
import http from 'k6/http';
import { check, group } from 'k6';
export const options = {
  insecureSkipTLSVerify: true,
  thresholds: {
    'http_reqs{proto:HTTP/1.1}': ['count==3'],
    'http_reqs{proto:}': ['count==1'],
    'http_reqs{tls_version:tls1.3}': ['count==1'],
    'http_reqs{tls_version:}': ['count==3'],
    'http_req_failed{error_code:1404}': ['rate==1'],
    'http_reqs{method:GET,status:200,expected_response:true}': ['count==2'],
    'http_reqs{error:}': ['count==3'],
    'http_reqs{status:0,error_code:1212}': ['count==1'],
    'checks{check:is up}': ['rate==1'],
    'checks{group:::inner}': ['rate==1'],
  },
};
export default function () {
  const up = http.get(`${__ENV.TARGET}/get`);
  http.get(`${__ENV.TARGET_TLS}/get`);
  http.get(`${__ENV.TARGET}/status/404`);
  http.get('http://127.0.0.1:1/');
  group('inner', () => check(up, { 'is up': (r) => r.status === 200 }));
}
