// args: --blacklist-ip 127.0.0.0/8 --block-hostnames *.test --iterations 1
// run: cli
// expect: 1110 1111
import http from 'k6/http';
export default function () {
  console.log(http.get(`${__ENV.TARGET}/get`).error_code, http.get('http://a.test/').error_code);
}
