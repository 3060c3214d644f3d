// console: ignore
// expect-output: HTTP/1.1 200
import http from 'k6/http';
import { fail } from 'k6';
import exec from 'k6/execution';

export const options = { httpDebug: 'full' };

export default function () {
  const res = http.get(`${__ENV.BASE_URL}/users/42`);
  console.log(exec.vu.idInTest, exec.scenario.iterationInTest, res.status, res.timings.duration);
  if (res.status !== 200) fail(`users/42 answered ${res.status}: ${res.error}`);
}
