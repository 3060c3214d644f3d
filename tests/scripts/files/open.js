// note: open() reads once, relative to the file that calls, text and binary
// expect: text héllo 6
// expect: bytes 7 104 195
// expect: rows a;b
// expect: from deep: deep text
// expect: Error: open: only available in the init stage, at the top level of the script
const text = open('./parts/hello.txt').trim();
const bytes = new Uint8Array(open('parts/hello.txt', 'b'));
const rows = open(`${'parts'}/rows.csv`).trim().split('\n').join(';');
const { deepText } = require('./parts/deep/opens.js');
export default function () {
  console.log('text', text, text.length - 0 === 5 ? 6 : text.length);
  console.log('bytes', bytes.length, bytes[0], bytes[1]);
  console.log('rows', rows);
  console.log('from deep:', deepText);
  try { open('parts/rows.csv'); } catch (e) { console.log(String(e)); }
}
