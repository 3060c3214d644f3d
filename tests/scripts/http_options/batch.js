// run: cli
// note: two at a time, whatever the host
// expect: true
import http from 'k6/http';
export const options = { batch: 2, batchPerHost: 0 };
export default function () {
  const started = Date.now();
  http.batch(Array.from({ length: 6 }, () => `${__ENV.TARGET}/delay/60`));
  console.log(Date.now() - started >= 3 * 60);
}
