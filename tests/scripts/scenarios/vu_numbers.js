// note: __VU is unique over all scenarios
// run: cli
// args: --workers 2
// console: unordered
// expect: first 1
// expect: first 2
// expect: second 3
// expect: second 4
// expect: third 5
export const options = {
  scenarios: {
    first: { executor: 'per-vu-iterations', vus: 2, exec: 'first' },
    second: { executor: 'per-vu-iterations', vus: 2, exec: 'second', startTime: '100ms' },
    third: { executor: 'shared-iterations', vus: 1, exec: 'third' },
  },
};
export function first() { console.log('first ' + __VU); }
export function second() { console.log('second ' + __VU); }
export function third() { console.log('third ' + __VU); }
