// note: the third argument gives tags; a threshold can select by them
// expect-checks: 2/2
// expect-exit: 99
// expect-output: FAIL [checks{kind:bad}]
// expect-output: PASS [checks{kind:good}]
import { check } from 'k6';
export const options = { thresholds: { 'checks{kind:good}': ['rate==1'], 'checks{kind:bad}': ['rate>0.5'] } };
export default function () {
  check(1, { a: (v) => v === 1, b: true }, { kind: 'good' });
  check(1, { c: (v) => v === 2, d: false }, { kind: 'bad' });
}
