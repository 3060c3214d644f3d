// note: no options at all: one virtual user, one iteration
// args: --workers 1
// expect-metric: iterations.count == 1
// expect: once
export default function () { console.log('once'); }
