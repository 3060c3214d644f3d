// run: cli
// expect: [{"name":"Ann","age":"31","note":"likes \"tea\", not coffee"},{"name":"Bob","age":"29","note":"two\nlines"},{"name":"Çelik","age":"40","note":""}]
// expect: Ann,Bob,Çelik
// expect: Bob
// expect: Bob
// expect: name,Ann
// expect: 1+2|3+4
// expect: 0
import { open } from 'k6/experimental/fs';
import { parse } from 'k6/experimental/csv';
const got = {};
(async function () {
  const people = await open('parts/people.csv');
  got.objects = await parse(people, { asObjects: true });
  got.skipped = await parse(people, { skipFirstLine: true });
  got.between = await parse(people, { fromLine: 2, toLine: 2 });
  got.objectsBetween = await parse(people, { asObjects: true, fromLine: 2, toLine: 2 });
  got.first = await parse(people, { toLine: 1 });
  got.semicolon = await parse(await open('parts/semicolon.csv'), { delimiter: ';', skipFirstLine: true });
  got.none = await parse(people, { fromLine: 100 });
})();
export default function () {
  console.log(JSON.stringify(got.objects));
  console.log(got.skipped.map((row) => row[0]).join());
  console.log(got.between.map((row) => row[0]).join());
  console.log(got.objectsBetween.map((row) => row.name).join());
  console.log(got.first.map((row) => row[0]).join());
  console.log(got.semicolon.map((row) => row.join('+')).join('|'));
  console.log(got.none.length);
}
