// run: cli
// expect: true true
import http from 'k6/http';
export const options = { noConnectionReuse: true };
const dialled = () => http.get(`${__ENV.TARGET}/get`).timings.connecting > 0;
export default function () { console.log(dialled(), dialled()); }
