// error: of undefined
// error-line: 13
// runs: default
import http from 'k6/http';
import {
  check,
  sleep,
} from 'k6';

export default function () {
  const res = http.get('http://x/');
  check(res, {
    'has user': (r) => r.json().user.name === 'x',
  });
  sleep(1);
}
