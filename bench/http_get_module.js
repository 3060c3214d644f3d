// The same as http_get.js as an ES module, for the start-up rows: it has to be converted before it runs.
import http from 'k6/http';
import { check } from 'k6';

const url = __ENV.URL;

export default function () {
  const res = http.get(url);
  check(res, { 'status is 200': (r) => r.status === 200 });
}
