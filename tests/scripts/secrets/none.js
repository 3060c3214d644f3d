// expect: secrets: no source is configured; see --secret-source
import secrets from 'k6/secrets';
export default async function () { try { await secrets.get('x'); } catch (e) { console.log(e.message); } }
