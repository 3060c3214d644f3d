// note: what an error leaves unfinished is cancelled, and the next iteration has none of it
// iterations: 2
// expect-error: Error: stop
// expect-error: Error: stop
import http from 'k6/http';
export default function () {
  http.asyncRequest('GET', __ENV.BASE_URL + '/delay/20000').then(() => console.log('never'));
  throw new Error('stop');
}
