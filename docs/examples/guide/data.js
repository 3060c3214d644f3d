// console: ignore
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import csv from 'k6/experimental/csv';
import { open as openFile } from 'k6/experimental/fs';

const users = new SharedArray('users', () => JSON.parse(open('./parts/users.json')));
const cities = await csv.parse(await openFile('./parts/users.csv'), { asObjects: true });

export default function () {
  const user = users[exec.scenario.iterationInTest % users.length];
  const row = cities[exec.vu.idInTest % cities.length];
  console.log(user.user, row.city);
}
