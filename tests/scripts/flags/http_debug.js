// args: --http-debug=full --iterations 1
// run: cli
// console: ignore
// expect-output: GET /get HTTP/1.1
// expect-output: "method"
import http from 'k6/http';
export default function () { http.get(`${__ENV.TARGET}/get`); }
