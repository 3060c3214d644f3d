// args: --user-agent flag/1 --iterations 1
// run: cli
// expect: flag/1
import http from 'k6/http';
export const options = { userAgent: 'script/1' };
export default function () {
  console.log(http.get(`${__ENV.TARGET}/get`).json().headers['User-Agent']);
}
