// args: --no-setup --no-teardown --no-thresholds --iterations 1
// run: cli
// expect-exit: 0
export const options = { thresholds: { iterations: ['count<0'] } };
export function setup() { throw new Error('setup'); }
export default function () {}
export function teardown() { throw new Error('teardown'); }
