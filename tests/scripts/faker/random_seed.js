// note: randomSeed of k6 covers Math.random and faker
// expect-checks: 100%
import { randomSeed } from 'k6';
import faker from 'mockarty/faker';
export default function () {
  const before = Math.random();
  const draw = () => [Math.random(), Math.random(), faker.email()].join();
  randomSeed(123);
  const first = draw();
  check(null, {
    'a number from 0 to 1': () => before >= 0 && before < 1,
    'goes on': () => first !== draw(),
    'the same after the same seed': () => { randomSeed(123); return draw() === first; },
    'bad seeds': () => [undefined, 'x', NaN, Infinity].every((bad) => { try { randomSeed(bad); return false; } catch (e) { return e instanceof TypeError; } }),
  });
}
