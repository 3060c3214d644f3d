// expect-exit: 99
// expect-output: FAIL [my_trend] max < 10
// expect-output: PASS [my_trend] min > 1
export const options = { thresholds: { my_trend: ['max < 10', 'min > 1'] } };
const trend = new Trend('my_trend');
export default function () { trend.add(11); }
