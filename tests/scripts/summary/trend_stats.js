// note: the columns of the summary and handleSummary's values are the stats that the option names
// console: run
// expect: p(99.9),count,avg,p(0)
// expect: p(99.9)=100 count=3 avg=50
// expect: avg,count,p(0),p(99.9) true
// expect-metric: my_trend.p(99.9) == 100
// expect-metric: my_trend.p(0) == 10
import { Trend } from 'k6/metrics';
export const options = { summaryTrendStats: ['p(99.9)', 'count', 'avg', 'p(0)', 'avg'] };
const trend = new Trend('my_trend');
export default function () { [10, 40, 100].forEach((v) => trend.add(v)); }
export function handleSummary(data) {
  const { values } = data.metrics.my_trend;
  console.log(data.options.summaryTrendStats.join());
  console.log(`p(99.9)=${values['p(99.9)']} count=${values.count} avg=${values.avg}`);
  console.log(Object.keys(values).sort().join(), values['p(0)'] === 10);
  return {};
}
