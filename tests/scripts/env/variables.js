// env: NAME=value with spaces
// env: EMPTY=
// env: UNICODE=żółć😀
// env: TWICE=a
// env: TWICE=b=c
// expect: "value with spaces" "" "żółć😀" "b=c"
// expect: undefined false
// expect: from the process
export default function () {
  console.log(...['NAME', 'EMPTY', 'UNICODE', 'TWICE'].map((name) => JSON.stringify(__ENV[name])));
  console.log(__ENV.NOT_GIVEN, 'NOT_GIVEN' in __ENV);
  console.log(__ENV.MOCKARTY_TEST_VARIABLE);
}
