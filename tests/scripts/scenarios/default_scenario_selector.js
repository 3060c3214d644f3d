// note: a run without `scenarios` is the scenario `default`
// run: cli
// iterations: 2
// expect-output: PASS [http_reqs{scenario:default}] count == 2
import http from 'k6/http';
export const options = { thresholds: { 'http_reqs{scenario:default}': ['count == 2'] } };
export default function () { http.get(__ENV.TARGET + '/get'); }
