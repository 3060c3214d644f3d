// args: --secret-source file={HERE}/parts/secrets.txt --iterations 1
// expect: 12 3
// expect-no-output: quoted value
import secrets from 'k6/secrets';
export default async function () { console.log((await secrets.get('token')).length, (await secrets.get('plain')).length); }
