// args: --vus 5 --iterations 10
// expect-checks: 10/0
const data = require('mockarty/data');
const faker = require('mockarty/faker');
const users = data.SharedArray('users', () => {
  const result = [];
  for (let i = 0; i < 100; i++) result.push({ email: faker.email(), name: faker.name() });
  return result;
});
const copy = data.SharedArray('users', () => []);
export default function () {
  check(users.get(__VU), { 'a user': (u) => /@example\./.test(u.email) && u.email === copy.get(__VU).email });
}
