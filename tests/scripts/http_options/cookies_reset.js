// run: cli
// note: the jar is emptied after each iteration
// iterations: 2
// expect: 0 1
// expect: 0 1
import http from 'k6/http';
const count = () => Object.keys(http.cookieJar().cookiesForURL(__ENV.TARGET)).length;
export default function () {
  const before = count();
  http.get(`${__ENV.TARGET}/cookies/set?a=1`);
  console.log(before, count());
}
