// expect-init-error: no_requests.js:3:12: Error: http.asyncRequest: requests are not available in the init stage
import http from 'k6/http';
await http.asyncRequest('GET', __ENV.BASE_URL + '/get');
export default function () {}
