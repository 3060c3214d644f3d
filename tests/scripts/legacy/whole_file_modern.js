// expect: 0 1
// expect: 1 1
// iterations: 2
// note: const at the top level is made anew in each iteration
const state = { count: 0 };
const { BASE_URL } = __ENV;
state.count += 1;
mk.log(`${__ITER} ${[...[state.count]].join()}`);
pm.test(`${BASE_URL ? 'has' : 'no'} target`, () => { pm.expect(state).to.deep.equal({ count: 1 }); });
