// run: cli
// args: --vus 2 --duration 2s
// expect-metric: http_reqs.count >= 20
// expect-metric: http_reqs.count <= 50
import http from 'k6/http';
export const options = { rps: 20 };
export default async function () {
  await Promise.all([http.asyncRequest('GET', __ENV.TARGET + '/get'), http.asyncRequest('GET', __ENV.TARGET + '/get')]);
}
