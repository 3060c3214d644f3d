// run: cli
// expect-output: 1 iterations, counter
// expect-output: p95 number
// expect-output: check outer::ok 1/0
// expect-output: threshold true
// expect-no-output: iteration_duration
// console: ignore
import { check, group } from 'k6';
import http from 'k6/http';
export const options = { thresholds: { http_req_duration: ['p(95) < 60000'] } };
export default function () {
  group('outer', () => check(http.get(`${__ENV.TARGET}/users`), { ok: (r) => r.status === 200 }));
}
export function handleSummary(data) {
  const outer = data.root_group.groups[0];
  const c = outer.checks[0];
  return {
    stdout:
      `${data.metrics.iterations.values.count} iterations, ${data.metrics.iterations.type}\n` +
      `p95 ${typeof data.metrics.http_req_duration.values['p(95)']}\n` +
      `check ${outer.name}::${c.name} ${c.passes}/${c.fails}\n` +
      `threshold ${data.metrics.http_req_duration.thresholds['p(95) < 60000'].ok}\n`,
  };
}
