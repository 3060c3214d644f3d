// note: a virtual user may write to its __ENV; nobody else sees it
// args: --vus 2 --iterations 2
// env: X=1
// expect-checks: 2/0
export default function () {
  check(__ENV.X, { 'as given': (x) => x === '1' });
  __ENV.X = 'mine';
  sleep(0.05);
}
