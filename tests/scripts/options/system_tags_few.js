// note: a list of two: the other tags are on no sample, and the report has no table of routes
// expect-no-output: ROUTES
// expect-output: all checks
// expect-exit: 0
import http from 'k6/http';
import { check, group } from 'k6';
export const options = {
  systemTags: ['status', 'method'],
  tags: { team: 'shop' },
  thresholds: {
    'http_reqs{status:200,method:GET}': ['count==1'],
    'http_reqs{name:}': ['count==2'],
    'http_reqs{proto:,expected_response:,group:,tls_version:}': ['count==2'],
    'http_reqs{team:shop}': ['count==2'],
    'data_received{team:shop}': ['count>0'],
    'iterations{team:shop}': ['count==1'],
    'checks{group:,check:}': ['rate==0.5'],
  },
};
export default function () {
  group('any', () => {
    const got = http.get(`${__ENV.TARGET}/get`);
    http.get(`${__ENV.TARGET}/status/500`);
    check(got, { one: (r) => r.status === 200, two: () => false });
  });
}
