// expect: 0 1212 true
import http from 'k6/http';
export const options = { throw: false };
export default function () {
  const res = http.get('http://127.0.0.1:1/');
  console.log(res.status, res.error_code, res.error.length > 0);
}
