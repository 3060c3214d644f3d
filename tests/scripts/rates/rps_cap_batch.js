// note: a batch uses up as many turns as it has requests
// run: cli
// args: --vus 2 --duration 2s
// expect-metric: http_reqs.count >= 20
// expect-metric: http_reqs.count <= 60
import http from 'k6/http';
export const options = { rps: 20 };
export default function () {
  const url = __ENV.TARGET + '/get';
  http.batch([url, url, url, url, url]);
}
