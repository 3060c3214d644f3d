// expect-check: ::outer::first 1/0
// expect-check: ::outer::inner::second 1/0
// expect-check: third 1/0
// expect-metric: group_duration.count == 2
// expect: result of inner
import { group, check } from 'k6';
export default function () {
  const result = group('outer', () => {
    check(1, { first: true });
    return group('inner', function () { check(1, { second: true }); return 'result of inner'; });
  });
  console.log(result);
  check(1, { third: true });
}
