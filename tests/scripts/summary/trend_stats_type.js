// expect-init-error: options.summaryTrendStats: expected a list of avg, min, med, max, count or p(N) with N from 0 to 100, got 5
// run: cli
export const options = { summaryTrendStats: 5 };
export default function () {}
