// note: one text with commas, and ip, which is not among the defaults
// expect-exit: 0
import http from 'k6/http';
export const options = {
  systemTags: 'ip, status',
  thresholds: { 'http_reqs{ip:127.0.0.1,method:}': ['count==1'] },
};
export default function () { http.get(`${__ENV.TARGET}/get`); }
