// args: --vus 3 --iterations 3
// expect-checks: 100%
import faker from 'mockarty/faker';
const draw = () => [faker.name(), faker.uuid(), faker.int(0, 1e9), faker.rfc3339()].join();
export default function () {
  faker.seed(42);
  const first = draw();
  const second = draw();
  faker.seed(42);
  check(first, {
    'the same again': (f) => f === draw(),
    'and on': () => second === draw(),
    'another seed': (f) => { faker.seed(43); return f !== draw(); },
    'fractions and negatives are seeds': () => { faker.seed(-1.5); const a = draw(); faker.seed(-1.5); return a === draw(); },
  });
}
