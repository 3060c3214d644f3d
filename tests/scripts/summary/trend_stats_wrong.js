// expect-init-error: options.summaryTrendStats[1]: expected avg, min, med, max, count or p(N) with N from 0 to 100, got "p95"
// run: cli
export const options = { summaryTrendStats: ['avg', 'p95'] };
export default function () {}
