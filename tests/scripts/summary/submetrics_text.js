// expect-output:   {status:404}
// expect-output:   {expected_response:true}
import http from 'k6/http';
export const options = { thresholds: { 'http_reqs{status:404}': ['count==1'] } };
export default function () {
  http.get(`${__ENV.TARGET}/get`);
  http.get(`${__ENV.TARGET}/status/404`);
}
