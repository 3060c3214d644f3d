// expect: lazy runs in VU 1
// expect: 7 true true
// expect: http function true
// expect: abc true
// expect: json 3
// expect: again 7
// iterations: 2
import http, * as all from 'k6/http';
export default async function () {
  const lazy = await import('./parts/lazy.js');
  if (__ITER === 1) return console.log('again', lazy.seven);
  const name = 'lazy';
  console.log(lazy.seven, lazy === (await import(`./parts/${name}.js`)), lazy === (await import('./parts/lazy')));
  const module = await import('k6/' + 'http');
  console.log('http', typeof module.get, module === all && module.default === http);
  const { randomString } = await import('https://jslib.k6.io/k6-utils/1.4.0/index.js');
  console.log('abc', randomString(5, 'abc').length === 5);
  console.log('json', (await import('./parts/rows.json', { with: { type: 'json' } })).default.length);
}
