// args: --secret-source mock=a=b --iterations 1
// expect: Error: secrets.get: there is no secret "none"
// expect: TypeError: secrets.get: expected the name of a secret
// expect: Error: secrets.source: there is no source "none"; see --secret-source
// expect: TypeError: secrets.source: expected the name of a source
import secrets from 'k6/secrets';
export default async function () {
  const attempt = async (f) => { try { console.log('no error', await f()); } catch (e) { console.log(String(e)); } };
  await attempt(() => secrets.get('none'));
  await attempt(() => secrets.get());
  await attempt(() => secrets.source('none'));
  await attempt(() => secrets.source());
}
