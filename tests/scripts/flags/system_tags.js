// args: --system-tags status,method --iterations 1
// run: cli
// expect-exit: 0
import http from 'k6/http';
export const options = { thresholds: { 'http_reqs{name:,status:200}': ['count==1'] } };
export default function () { http.get(`${__ENV.TARGET}/get`); }
