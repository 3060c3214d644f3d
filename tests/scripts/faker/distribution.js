// note: all values of a small range come, about equally often
// expect-checks: 100%
import faker from 'mockarty/faker';
export default function () {
  faker.seed(7);
  const counts = new Array(10).fill(0);
  for (let i = 0; i < 10000; i++) counts[faker.int(0, 9)]++;
  check(counts, { 'none rare': (c) => Math.min(...c) > 850, 'none frequent': (c) => Math.max(...c) < 1150 });
}
