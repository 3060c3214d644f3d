// expect: https://x.example/z?q=1&w=a+b true
import { URL, URLSearchParams } from 'https://jslib.k6.io/url/1.0.0/index.js';
export default function () {
  const url = new URL('https://x.example/z?q=1');
  url.searchParams.append('w', 'a b');
  console.log(url.toString(), new URLSearchParams('a=1').has('a'));
}
