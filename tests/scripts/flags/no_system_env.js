// args: --include-system-env-vars=false --iterations 1
// run: cli
// expect: undefined given
// env: GIVEN=given
export default function () { console.log(__ENV.MOCKARTY_TEST_VARIABLE, __ENV.GIVEN); }
