// expect-checks: 100%
import faker from 'mockarty/faker';
import encoding from 'k6/encoding';
export default function () {
  const bools = new Set();
  for (let i = 0; i < 100; i++) bools.add(faker.bool());
  const [header, claims, signature] = faker.jwt().split('.');
  const parse = (part) => JSON.parse(encoding.b64decode(part, 'rawurl', 's'));
  check(faker, {
    bool: () => bools.size === 2 && bools.has(true) && bools.has(false),
    positiveInt: (f) => Number.isInteger(f.positiveInt()) && f.positiveInt() > 0,
    negativeInt: (f) => Number.isInteger(f.negativeInt()) && f.negativeInt() < 0,
    'jwt header': () => parse(header).alg === 'HS256' && parse(header).typ === 'JWT',
    'jwt claims': () => parse(claims).exp === parse(claims).iat + 3600 && parse(claims).sub.length === 36,
    'jwt signature': () => encoding.b64decode(signature, 'rawurl').byteLength === 32,
    'int': (f) => { const n = f.int(-3, 3); return Number.isInteger(n) && n >= -3 && n <= 3 && f.int(7, 7) === 7; },
    'float': (f) => { const n = f.float(1, 2); return n >= 1 && n < 2; },
    'pick': (f) => ['a', 'b'].includes(f.pick(['a', 'b'])),
  });
}
