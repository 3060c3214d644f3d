// note: a scenario's variables are there once the virtual user runs it, those of the run stay
// run: cli
// args: --workers 1
// env: COLOUR=red
// env: SIZE=big
// console: unordered
// expect: init red
// expect: init red
// expect: a blue big
// expect: b red big
export const options = {
  scenarios: {
    a: { executor: 'shared-iterations', exec: 'a', env: { COLOUR: 'blue' } },
    b: { executor: 'shared-iterations', exec: 'b' },
  },
};
console.log('init ' + __ENV.COLOUR);
export function a() { console.log('a ' + __ENV.COLOUR + ' ' + __ENV.SIZE); }
export function b() { console.log('b ' + __ENV.COLOUR + ' ' + __ENV.SIZE); }
