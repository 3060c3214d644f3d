// A promise that nothing can settle ends with the loop: as in k6, that is no error.
// expect: before
// iterations: 1
export default async function () {
  console.log('before');
  await new Promise(() => {});
  console.log('never');
}
