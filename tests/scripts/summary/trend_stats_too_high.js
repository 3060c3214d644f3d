// expect-init-error: options.summaryTrendStats[0]: expected avg, min, med, max, count or p(N) with N from 0 to 100, got "p(101)"
// run: cli
export const options = { summaryTrendStats: ['p(101)'] };
export default function () {}
