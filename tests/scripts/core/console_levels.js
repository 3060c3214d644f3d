// expect-output: debug [VU 1] d
// expect-output: info [VU 1] l
// expect-output: info [VU 1] i
// expect-output: warn [VU 1] w
// expect-output: error [VU 1] e
// console: ignore
export default function () {
  console.debug('d'); console.log('l'); console.info('i'); console.warn('w'); console.error('e');
}
