// expect-checks: 100%
import faker from 'mockarty/faker';
export default function () {
  const seen = new Set();
  for (let i = 0; i < 500; i++) seen.add(faker.uuid());
  check(faker, {
    uuid: (f) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(f.uuid()),
    uuidDigit: (f) => /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(f.uuidDigit()),
    'all different': () => seen.size === 500,
  });
}
