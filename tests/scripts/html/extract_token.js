// note: what login pages are for
// expect-checks: 100%
import http from 'k6/http';
import { parseHTML } from 'k6/html';
export default function () {
  const page = http.post(`${__ENV.TARGET}/post`, '<form action="/login"><input type="hidden" name="csrf" value="t0ken"></form>').json('body');
  const doc = parseHTML(page);
  check(doc, {
    token: (d) => d.find('input[name=csrf]').val() === 't0ken',
    action: (d) => d.find('form').attr('action') === '/login',
    fields: (d) => d.find('form').serializeObject().csrf === 't0ken',
  });
}
