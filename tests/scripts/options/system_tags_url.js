// note: url is the name of the route; it finds requests that have no name of their own, whatever their number
// iterations: 2
// expect-exit: 0
import http from 'k6/http';
const at = __ENV.TARGET;
export const options = {
  thresholds: {
    [`http_reqs{url:${at}/status/200?x=1}`]: ['count==4'],
    [`http_reqs{url:${at}/status/{id}}`]: ['count==4'],
    'http_reqs{name:mine}': ['count==2'],
  },
};
export default function () {
  http.get(`${at}/status/200?x=${__ITER}`);
  http.get(`${at}/status/201`);
  http.get(`${at}/get`, { tags: { name: 'mine' } });
}
