// note: a signature over a request, as APIs ask for it
// expect-checks: 1/0
// expect-metric: http_reqs.count == 1
import http from 'k6/http';
import crypto from 'k6/crypto';
export default function () {
  const body = JSON.stringify({ amount: 5 });
  const signature = crypto.hmac('sha256', 'secret', body, 'base64');
  const answer = http.post(`${__ENV.TARGET}/post`, body, { headers: { 'X-Signature': signature } });
  check(answer, { 'signed': (r) => r.json('headers.X-Signature') === signature && crypto.hmac('sha256', 'secret', r.json('body'), 'base64') === signature });
}
