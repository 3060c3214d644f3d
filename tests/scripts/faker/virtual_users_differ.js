// note: without a seed every virtual user has a random state of its own
// args: --vus 30 --iterations 30
// expect-metric: low.min < 200000000
// expect-metric: low.max > 800000000
import faker from 'mockarty/faker';
const low = new Trend('low');
export default function () { for (let i = 0; i < 10; i++) low.add(faker.int(0, 1e9)); sleep(0.01); }
