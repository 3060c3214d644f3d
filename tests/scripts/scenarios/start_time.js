// run: cli
// args: --workers 1
// expect: early
// expect: late
export const options = {
  scenarios: {
    late: { executor: 'shared-iterations', exec: 'late', startTime: '700ms' },
    early: { executor: 'shared-iterations', exec: 'early' },
  },
};
export function early() { console.log('early'); }
export function late() { console.log('late'); }
