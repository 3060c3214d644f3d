// expect-init-error: options.summaryTimeUnit: expected "s", "ms" or "us", got "min"
// run: cli
export const options = { summaryTimeUnit: 'min' };
export default function () {}
