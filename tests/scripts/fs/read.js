// run: cli
// expect: bonjour.txt 23 parts/bonjour.txt
// expect: 7 Bonjour
// expect: 7 , tout 
// expect: 7 le mond
// expect: 2 e!
// expect: null
// expect: 3 16 7 monde!
// expect: 17
import { open, SeekMode } from 'k6/experimental/fs';
let file;
(async function () { file = await open('parts/bonjour.txt'); })();
const text = (bytes, n) => String.fromCharCode.apply(null, bytes.subarray(0, n));
export default async function () {
  const { name, size } = await file.stat();
  console.log(name, size, file.path);
  const buffer = new Uint8Array(7);
  for (;;) {
    const n = await file.read(buffer);
    if (n === null) { console.log('null'); break; }
    console.log(n, text(buffer, n));
  }
  await file.seek(0, SeekMode.Start);
  await file.read(new Uint8Array(3));
  const a = await file.seek(0, SeekMode.Current);
  const b = await file.seek(-7, SeekMode.End);
  const n = await file.read(buffer);
  console.log(a, b, n, text(buffer, n).trim());
  console.log(await file.seek(-6, SeekMode.Current));
}
