// The run's end cuts the waiting short; that is no error, and nothing is left for later.
// expect: waiting
// iterations: 1
// stop-after-ms: 60
export default async function () {
  console.log('waiting');
  setInterval(() => {}, 1);
  await new Promise(() => {});
}
