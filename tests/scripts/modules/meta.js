// expect: file:///@test/meta.js
// expect: file:///@test/parts/deep/where.js
// expect: hello
// expect: hello from deep
// expect: hello from deep
// expect: late open: hello
// expect: k6/http https://jslib.k6.io/url/1.0.0/index.js
// expect: file:///@test/d%C3%A4ta%20%231.csv file:///@test/parts/x
// expect: TypeError: import.meta.resolve: 'data.csv' is no module; a file is './data.csv'
// expect: TypeError: import.meta.resolve: expected the name of a file or a module as a string
// expect: TypeError: import.meta.resolve: '../../x' lies outside of the script's folder
import { url, resolved, text, late } from './parts/deep/where.js';
console.log(import.meta.url);
console.log(url);
console.log(open(import.meta.resolve('./parts/hello.txt')).trim());
console.log(open(resolved).trim());
console.log(text.trim());
console.log('late open:', late.trim());
console.log(import.meta.resolve('k6/http'), import.meta.resolve('https://jslib.k6.io/url/1.0.0/index.js'));
console.log(import.meta.resolve('./däta #1.csv'), new URL('./parts/x', import.meta.url).href);
for (const name of ['data.csv', 5, '../../x']) {
  try { import.meta.resolve(name); } catch (e) { console.log(String(e).split("; --")[0]); }
}
export default function () {}
