// expect: 200 v
import { Httpx } from 'https://jslib.k6.io/httpx/0.1.0/index.js';
const session = new Httpx({ baseURL: __ENV.BASE_URL, headers: { 'X-Common': 'v' } });
export default function () {
  const res = session.get('/get?a=1');
  console.log(res.status, res.request.headers['X-Common'][0] || res.request.headers['X-Common']);
}
