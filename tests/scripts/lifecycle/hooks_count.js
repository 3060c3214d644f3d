// run: cli
// expect-metric: http_reqs.count == 4
// expect-metric: iterations.count == 2
// expect-checks: 100%
// iterations: 2
// note: what setup() and teardown() send counts, and is no iteration
import http from 'k6/http';
import { check } from 'k6';
const get = () => check(http.get(`${__ENV.TARGET}/users`), { ok: (r) => r.status === 200 });
export function setup() {
  get();
}
export default function () {
  get();
}
export function teardown() {
  get();
}
