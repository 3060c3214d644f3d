// args: --secret-source mock=a=first --secret-source name=second,mock=a=other --secret-source name=env,env=MOCKARTY_TEST_ --iterations 1
// expect-checks: 100%
import secrets from 'k6/secrets';
export default async function () {
  const results = [await secrets.get('a'), await secrets.source('default').get('a'), await secrets.source('second').get('a'), await secrets.source('env').get('VARIABLE')];
  check(results, {
    'the first is the default': (r) => r[0] === 'first' && r[1] === 'first',
    'by name': (r) => r[2] === 'other',
    'of the environment': (r) => r[3] === 'from the process',
  });
}
