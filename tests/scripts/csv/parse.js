// note: rows as arrays of texts, shared by all virtual users
// run: cli
// expect: 4 true
// expect: ["name","age","note"]
// expect: ["Ann","31","likes \"tea\", not coffee"]
// expect: "two\nlines"
// expect: Çelik ""
// expect: cannot be changed
import { open } from 'k6/experimental/fs';
import csv from 'k6/experimental/csv';
let rows;
(async function () {
  rows = await csv.parse(await open('./parts/people.csv'));
})();
export default function () {
  console.log(rows.length, Array.isArray(rows));
  console.log(JSON.stringify(rows[0]));
  console.log(JSON.stringify(rows[1]));
  console.log(JSON.stringify(rows[2][2]));
  console.log(rows[3][0], JSON.stringify(rows[3][2]));
  try { rows[0] = 1; } catch (e) { console.log(/cannot be changed/.exec(e.message)[0]); }
}
