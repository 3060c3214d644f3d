// args: --secret-source mock=token=s3cr3t-value,other=another-one --iterations 1
// expect: length 12 true
// expect: token is ***SECRET_REDACTED***
// expect: in JSON {"token":"***SECRET_REDACTED***"}
// expect: 1 another-one is not known yet
// expect: now ***SECRET_REDACTED***
// expect-no-output: s3cr3t-value
// expect-error: failed with ***SECRET_REDACTED***
import secrets from 'k6/secrets';
export default async function () {
  const token = await secrets.get('token');
  console.log('length', token.length, token.startsWith('s3'));
  console.log('token is', token);
  console.log('in JSON', { token });
  console.log(1, 'another-one is not known yet');
  console.log('now', await secrets.get('other'));
  throw new Error(`failed with ${token}`);
}
