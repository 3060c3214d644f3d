// args: --user-agent flag/1 --max-redirects 1 --throw=false --discard-response-bodies --insecure-skip-tls-verify --iterations 1
// run: cli
// expect: 200 null
// expect: 302
// expect: 200
import http from 'k6/http';
export const options = { userAgent: 'script/1', throw: true, maxRedirects: 5 };
export default function () {
  const res = http.get(`${__ENV.TARGET}/get`);
  console.log(res.status, res.body);
  console.log(http.get(`${__ENV.TARGET}/redirect/3`).status);
  console.log(http.get(`${__ENV.TARGET_TLS}/get`).status);
  http.get('http://127.0.0.1:1/');
}
