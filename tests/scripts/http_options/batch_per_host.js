// run: cli
// note: one at a time to the host: each but the first waits for those before it; the server takes 60 ms for each
// expect: true
import http from 'k6/http';
export const options = { batch: 20, batchPerHost: 1 };
export default function () {
  const started = Date.now();
  http.batch(Array.from({ length: 5 }, () => `${__ENV.TARGET}/delay/60`));
  console.log(Date.now() - started >= 5 * 60);
}
