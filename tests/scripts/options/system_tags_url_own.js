// note: url, listed, is kept beside a name of the script's own
// expect-exit: 0
import http from 'k6/http';
const at = __ENV.TARGET;
export const options = {
  systemTags: ['name', 'url', 'status'],
  thresholds: {
    [`http_reqs{url:${at}/get,name:mine}`]: ['count==1'],
    [`http_reqs{url:${at}/status/{id},name:mine}`]: ['count==1'],
  },
};
export default function () {
  http.get(`${at}/get`, { tags: { name: 'mine' } });
  http.get(`${at}/status/204`, { tags: { name: 'mine' } });
}
