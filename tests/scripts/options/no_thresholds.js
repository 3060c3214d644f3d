// expect-no-output: FAIL
// expect-exit: 0
export const options = { noThresholds: true, thresholds: { iterations: ['count<0'] } };
export default function () {}
