// run: cli
// expect: TypeError: csv.parse: expected a File of k6/experimental/fs as the first argument
// expect: TypeError: csv.parse: options.delimiter: expected one ASCII character other than a quote or a line break
// expect: TypeError: csv.parse: options.fromLine: expected the number of a line, 0 or more
// expect: RangeError: csv.parse: options.fromLine: expected at most toLine
// expect: TypeError: csv.parse: options.skipFirstLine and options.asObjects cannot be combined: the first line has the names
// expect: TypeError: csv.parse: options.asObjects: expected true or false
// expect: TypeError: csv.parse: expected an object of options as the second argument
// expect: Error: csv.parse: line 1: expected 2 fields, as the first line has, got 3
// expect: Error: csv.parse: line 1: a quote (") has no end
// expect: TypeError: csv.Parser: expected a File of k6/experimental/fs as the first argument
// expect: Error: csv.parse: only available in the init stage, at the top level of the script
import { open } from 'k6/experimental/fs';
import csv from 'k6/experimental/csv';
const said = [];
async function attempt(call) { try { await call(); said.push('no error'); } catch (e) { said.push(`${e.name}: ${e.message}`); } }
let people;
(async function () {
  people = await open('parts/people.csv');
  await attempt(() => csv.parse('parts/people.csv'));
  await attempt(() => csv.parse(people, { delimiter: ';;' }));
  await attempt(() => csv.parse(people, { fromLine: -1 }));
  await attempt(() => csv.parse(people, { fromLine: 5, toLine: 2 }));
  await attempt(() => csv.parse(people, { asObjects: true, skipFirstLine: true }));
  await attempt(() => csv.parse(people, { asObjects: 1 }));
  await attempt(() => csv.parse(people, 5));
  const ragged = await open('parts/ragged.csv');
  await attempt(() => csv.parse(ragged));
  const unclosed = await open('parts/unclosed.csv');
  await attempt(() => csv.parse(unclosed));
  await attempt(() => new csv.Parser({}));
})();
export default async function () {
  await attempt(() => csv.parse(people));
  said.forEach((line) => console.log(line));
}
