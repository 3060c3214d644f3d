// args: --iterations 3
// env: VUS=3
// expect-metric: vus_max.max == 3
// expect-metric: iterations.count == 3
export const options = { vus: Number(__ENV.VUS) };
export default function () { sleep(0.05); }
