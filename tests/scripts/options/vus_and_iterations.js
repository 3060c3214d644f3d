// args: --workers 1
// expect-metric: iterations.count == 7
// expect-metric: vus_max.max == 2
export const options = { vus: 2, iterations: 7 };
export default function () {}
