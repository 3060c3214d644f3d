// note: selectors of thresholds are metrics of their own in the data and in the summary, as k6 has them
// console: run
// expect: trend time 2 {"p(95)<60000":{"ok":true},"max<0":{"ok":false}}
// expect: counter 1 {"count==1":{"ok":true}}
// expect: no sample: counter 0 {"count<5":{"ok":false}}
// expect: http_req_duration{expected_response:true},http_req_duration{method:GET},http_reqs{status:404},my_own
// expect: undefined
// expect-exit: 99
// expect-metric: http_req_duration{method:GET}.count == 2
import http from 'k6/http';
import { Counter } from 'k6/metrics';
new Counter('my_own');
export const options = {
  thresholds: {
    'http_req_duration{method:GET}': ['p(95)<60000', 'max<0'],
    'http_reqs{status:404}': ['count==1'],
    my_own: ['count<5'],
  },
};
export default function () {
  http.get(`${__ENV.TARGET}/get`);
  http.get(`${__ENV.TARGET}/status/404`);
}
export function handleSummary(data) {
  const { metrics } = data;
  const get = metrics['http_req_duration{method:GET}'];
  const missing = metrics['http_reqs{status:404}'];
  const own = metrics.my_own;
  console.log(get.type, get.contains, get.values.count, JSON.stringify(get.thresholds));
  console.log(missing.type, missing.values.count, JSON.stringify(missing.thresholds));
  console.log('no sample:', own.type, own.values.count, JSON.stringify(own.thresholds));
  console.log(Object.keys(metrics).filter((name) => /{|own/.test(name)).join());
  console.log(metrics.http_reqs.thresholds);
  return {};
}
