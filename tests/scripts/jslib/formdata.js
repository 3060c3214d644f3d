// expect: multipart/form-data true true
// expect: 4 parts, last line closes
// expect: name="a%22b" é€ | name="f"; filename="x.png" image/png abc | name="f"; filename="blob" application/octet-stream xy
// expect: FormData.append: the value of 'n' is undefined
import http from 'k6/http';
import { FormData } from 'https://jslib.k6.io/formdata/0.0.2/index.js';
export default function () {
  const form = new FormData();
  form.append('a"b', 'é€');
  form.append('f', http.file('abc', 'x.png', 'image/png'));
  form.append('f', new Uint8Array([120, 121]).buffer);
  const res = http.post(`${__ENV.BASE_URL}/echo`, form.body(), { headers: { 'Content-Type': form.contentType } });
  const parts = res.body.split(`--${form.boundary}`);
  console.log(res.headers['Content-Type'].split(';')[0], res.headers['Content-Type'].includes(form.boundary), form.boundary.length < 71);
  console.log(parts.length - 1, 'parts,', parts[parts.length - 1] === '--\r\n' ? 'last line closes' : 'open');
  console.log(parts.slice(1, 4).map((part) => part.replace(/Content-[A-Za-z]+: (form-data; )?/g, '').trim().replace(/\r\n(\r\n)?/g, ' ')).join(' | '));
  try { form.append('n'); } catch (error) { console.log(error.message); }
}
