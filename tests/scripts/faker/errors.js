// expect: TypeError: faker.int: expected two numbers, the lower first
// expect: RangeError: faker.int: no whole number lies between 5 and 1, or they are past 2^53 - 1
// expect: RangeError: faker.float: 5 is above 1
// expect: TypeError: faker.pick: expected a list with at least one value
// expect: TypeError: faker.pick: expected a list with at least one value
// expect: TypeError: faker.seed: expected a number
// expect: undefined
import faker from 'mockarty/faker';
export default function () {
  const attempt = (f) => { try { console.log('no error', f()); } catch (e) { console.log(String(e)); } };
  attempt(() => faker.int(1));
  attempt(() => faker.int(5, 1));
  attempt(() => faker.float(5, 1));
  attempt(() => faker.pick([]));
  attempt(() => faker.pick('text'));
  attempt(() => faker.seed('x'));
  console.log(faker.notThere);
}
