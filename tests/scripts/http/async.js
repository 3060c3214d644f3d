// expect: sent
// expect: 200 200 404
// expect: 0 1212
// expect: TypeError: http.asyncRequest: expected a URL as the second argument
// expect: TypeError: http.asyncRequest: params.timeout: expected milliseconds above 0, or a duration such as "10s", up to 24h, got "x"
// expect: then {"a":1}
import http from 'k6/http';
export default async function () {
  const base = __ENV.BASE_URL;
  const promises = [http.asyncRequest('GET', base + '/delay/50'), http.asyncRequest('GET', http.url`${base}/get`),
    http.asyncRequest('GET', `${base}/status/404`, null, { tags: { a: 'b' } })];
  console.log('sent');
  console.log((await Promise.all(promises)).map((r) => r.status).join(' '));
  const failed = await http.asyncRequest('GET', 'http://127.0.0.1:1/');
  console.log(failed.status, failed.error_code);
  try { http.asyncRequest('GET'); } catch (e) { console.log(String(e)); }
  try { http.asyncRequest('GET', base, null, { timeout: 'x' }); } catch (e) { console.log(String(e)); }
  http.asyncRequest('POST', `${base}/post`, '{"a":1}', { headers: { 'Content-Type': 'application/json' } })
    .then((r) => console.log('then', JSON.stringify(r.json('json'))));
}
