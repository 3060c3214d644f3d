// expect: Error: import: cannot load './parts/missing.js': it is none of the te
// expect: Error: import: cannot load './parts/other.js': it is none of the test's script files
// expect: Error: import: cannot load '/etc/passwd': '/etc/passwd' lies outside of the script's folder
// expect: Error: unknown module "k6/nothing"
// expect: Error: import: cannot load 'https://example.com/x.js': nothing is fetched
// expect: TypeError: import: the attribute type: 'css' is not supported: expected type: 'json'
// expect: TypeError: import: './parts/lazy.js' is no JSON file, as type: 'json' asks for
// expect: TypeError: import: expected an object as the second argument: { with: { type: 'json' } }
// expect: TypeError: a Symbol cannot be used as text
// expect: TypeError: import: expected an object as `with`: { type: 'json' }
// expect: Error: unknown module ""
// expect: 
// expect: 
// expect: same error: true
// expect-output: dynamic_refused.js:19: cannot import: there is no file
const attempt = async (f, length) => { try { await f(); console.log('no error'); } catch (e) { console.log(String(e).slice(0, length)); return e; } };
const part = './parts/';
export default async function () {
  await attempt(() => import('./parts/missing.js'), 69);
  await attempt(() => import(part + 'other.js'), 84);
  await attempt(() => import('/etc' + '/passwd'), 91);
  await attempt(() => import('k6/nothing'), 34);
  await attempt(() => import('https://example.com/' + 'x.js'), 73);
  await attempt(() => import('./parts/rows.json', { with: { type: 'css' } }));
  await attempt(() => import('./parts/lazy.js', { with: { type: 'json' } }));
  await attempt(() => import('./parts/lazy.js', 7));
  await attempt(() => import(Symbol('x')));
  await attempt(() => import('./parts/lazy.js', { with: 'json' }));
  await attempt(() => import(''), 24);
  const first = await attempt(() => import('./parts/rejects.js'), 0);
  console.log('same error:', first === await attempt(() => import('./parts/rejects.js'), 0));
}
