// run: cli
// note: the first request of a virtual user dials, the others do not, in later iterations too
// iterations: 2
// expect: true false
// expect: false false
import http from 'k6/http';
const dialled = () => http.get(`${__ENV.TARGET}/get`).timings.connecting > 0;
export default function () { console.log(dialled(), dialled()); }
