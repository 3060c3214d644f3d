// note: a metric may be made in the default function too
// expect-metric: late.count == 2
// iterations: 2
export default function () { new Counter('late').add(1); }
