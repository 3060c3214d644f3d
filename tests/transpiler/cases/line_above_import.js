// error: nothing is here
// error-line: 7
const first = 1;

function fail() {
  const text = 'nothing';
  throw new Error(text + ' is here');
}
fail();

import http from 'k6/http';
import { check } from 'k6';

export default () => http.get(check);
