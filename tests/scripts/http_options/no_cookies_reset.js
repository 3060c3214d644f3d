// run: cli
// note: the jar is kept
// iterations: 2
// expect: 0 1
// expect: 1 1
import http from 'k6/http';
export const options = { noCookiesReset: true };
const count = () => Object.keys(http.cookieJar().cookiesForURL(__ENV.TARGET)).length;
export default function () {
  const before = count();
  http.get(`${__ENV.TARGET}/cookies/set?a=1`);
  console.log(before, count());
}
