// expect: Error
// expect-metric: iterations.count == 1
export default function () {
  try { new Trend('iterations'); console.log('no error'); } catch (e) { console.log(e.name); }
}
