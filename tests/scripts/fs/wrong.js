// run: cli
// expect: TypeError: open: expected the path of a file as the first argument
// expect: Error: open: cannot read 'none.txt
// expect: Error: open: '../../
// expect: TypeError: read: expected a Uint8Array as the first argument
// expect: TypeError: seek: expected a whole number of bytes as the first argument
// expect: TypeError: seek: expected SeekMode.Start, SeekMode.Current or SeekMode.End as the second argument
// expect: RangeError: seek: expected a place within the file, 0 to 23, got -1
// expect: RangeError: seek: expected a place within the file, 0 to 23, got 24
// expect: TypeError: stat: not called on a File
// expect: Error: open: only available in the init stage, at the top level of the script
import { open, SeekMode } from 'k6/experimental/fs';
const said = [];
async function attempt(call, cut) {
  try { await call(); said.push('no error'); } catch (e) {
    const line = `${e.name}: ${e.message}`;
    const found = cut ? cut.exec(line) : [line];
    said.push(found === null ? line : found[0].replace('"', ''));
  }
}
(async function () {
  const file = await open('parts/bonjour.txt');
  await attempt(() => open(5));
  await attempt(() => open('none.txt'), /^Error: open: .*?none.txt/);
  await attempt(() => open('../../../../etc/passwd'), /^Error: open: .*?\.\.\/\.\.\//);
  await attempt(() => file.read('x'));
  await attempt(() => file.seek(1.5, SeekMode.Start));
  await attempt(() => file.seek(0, 5));
  await attempt(() => file.seek(-1, SeekMode.Start));
  await attempt(() => file.seek(1, SeekMode.End));
  await attempt(() => file.stat.call({}));
})();
export default async function () {
  await attempt(() => open('parts/bonjour.txt'));
  said.forEach((line) => console.log(line));
}
