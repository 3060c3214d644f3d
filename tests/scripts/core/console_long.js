// note: a line is cut at 16 KiB; control characters cannot move the cursor
// expect-output: ...
// expect-no-output: [31m
// console: ignore
export default function () {
  console.log('x'.repeat(100000));
  console.log('\u001b[31mred\u001b[0m');
}
