// run: cli
// note: connections last as long as an iteration
// iterations: 2
// expect: true false
// expect: true false
import http from 'k6/http';
export const options = { noVUConnectionReuse: true };
const dialled = () => http.get(`${__ENV.TARGET}/get`).timings.connecting > 0;
export default function () { console.log(dialled(), dialled()); }
