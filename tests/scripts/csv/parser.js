// note: each virtual user reads on where it stood
// run: cli
// iterations: 3
// expect: false {"name":"Ann","age":"31","note":"likes \"tea\", not coffee"}
// expect: false {"name":"Bob","age":"29","note":"two\nlines"}
// expect: false {"name":"Çelik","age":"40","note":""}
// expect: true []
import { open } from 'k6/experimental/fs';
import csv from 'k6/experimental/csv';
let parser;
(async function () {
  parser = new csv.Parser(await open('parts/people.csv'), { asObjects: true });
})();
export default async function () {
  const { done, value } = await parser.next();
  console.log(done, JSON.stringify(value));
  if (__ITER === 2) {
    const end = await parser.next();
    console.log(end.done, JSON.stringify(end.value));
  }
}
