// run: cli
// expect: 200 200 0 1101
import http from 'k6/http';
const [host, port] = __ENV.TARGET_HOST.split(':');
export const options = {
  hosts: { 'shop.test': host, '*.wild.test:81': `${host}:${port}` },
};
export default function () {
  const a = http.get(`http://shop.test:${port}/get`);
  const b = http.get('http://x.wild.test:81/get');
  const c = http.get('http://wild.test:81/get');
  console.log(a.status, b.status, c.status, c.error_code);
}
