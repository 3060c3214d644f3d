// run: cli
// args: --workers 1
// expect: named
export const options = { scenarios: { one: { executor: 'shared-iterations', exec: 'named' } } };
export function named() { console.log('named'); }
