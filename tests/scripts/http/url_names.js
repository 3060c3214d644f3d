// expect: 404 http://host/${}/x/${}
// expect: 200
// expect: true
// expect: TypeError: http.url: expected a template such as http.url`http://host/users/${id}`
import http from 'k6/http';
export default function () {
  const base = __ENV.BASE_URL;
  const named = http.url`${base}/status/${404}`;
  console.log(http.get(named).status, http.url`http://host/${1}/x/${2}`.name);
  console.log(http.batch([http.url`${base}/get`])[0].status);
  console.log(String(named) === base + '/status/404' && named.url === String(named));
  try { http.url('x'); } catch (e) { console.log(String(e)); }
}
