// run: cli
// note: requests that fail throw; answers of 500 do not; what the request itself catches goes on
// iterations: 1
// expect: dial
// expect: 500
// expect: async
// expect-error: connection refused
import http from 'k6/http';
export const options = { throw: true };
export default async function () {
  try { http.get('http://127.0.0.1:1/'); console.log('no error'); } catch (e) { console.log(/dial|connect/.test(e.message) ? 'dial' : e.message); }
  console.log(http.get(`${__ENV.TARGET}/status/500`).status);
  try { await http.asyncRequest('GET', 'http://127.0.0.1:1/'); console.log('no error'); } catch (e) { console.log('async'); }
  http.get('http://127.0.0.1:1/');
  console.log('not reached');
}
