// args: --config {HERE}/parts/options.json
// run: cli
// expect-metric: iterations.count == 4
// expect: config/1
// console: unordered
// expect: config/1
// expect: config/1
// expect: config/1
import http from 'k6/http';
export const options = { vus: 1 };
export default function () { console.log(http.get(`${__ENV.TARGET}/get`).json().headers['User-Agent']); }
