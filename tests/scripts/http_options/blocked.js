// run: cli
// expect: 1110 1111 1111 200
// expect: address 127.0.0.2 is in blacklistIPs
// expect: host "a.evil.test" is blocked by "*.evil.test" of blockHostnames
import http from 'k6/http';
export const options = {
  blacklistIPs: ['10.0.0.0/8', '127.0.0.2'],
  blockHostnames: ['*.evil.test', 'Bad.test'],
  hosts: { 'a.evil.test': '127.0.0.1' },
};
export default function () {
  const a = http.get('http://127.0.0.2:1/');
  const b = http.get('http://a.evil.test/');
  console.log(a.error_code, b.error_code, http.get('http://bad.test/').error_code, http.get(__ENV.TARGET + '/get').status);
  console.log(a.error.split(': ').slice(1).join(': '));
  console.log(b.error.split(': ').slice(1).join(': '));
}
