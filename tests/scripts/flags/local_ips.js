// args: --local-ips 127.0.0.7 --dns ttl=0,select=first,policy=any --batch 3 --batch-per-host 1 --iterations 1
// run: cli
// expect: 200
import http from 'k6/http';
export default function () { console.log(http.get(`${__ENV.TARGET}/get`).status); }
