// note: what reads an array reads a SharedArray
// expect: ["0","1","2"]
// expect: 0,1,2
// expect: [{"a":1},{"a":2},{"a":3}]
// expect: {"rows":[{"a":1},{"a":2},{"a":3}]}
// expect: [{"a":1},{"a":2},{"a":3}]
// expect: [{"a":1},{"a":3}]
// expect: [{"a":2},{"a":3}]
// expect: true true
// expect: [["0",{"a":1}],["1",{"a":2}],["2",{"a":3}]]
// expect: {"0":{"a":1},"1":{"a":2},"2":{"a":3}}
// expect: [{"z":0},{"a":1},{"a":2},{"a":3}]
// expect: [{"a":1},{"a":2},{"a":3}]
import { SharedArray } from 'k6/data';
const rows = new SharedArray('rows', () => [{ a: 1 }, { a: 2 }, { a: 3 }]);
export default function () {
  console.log(JSON.stringify(Object.keys(rows)));
  const keys = [];
  for (const key in rows) keys.push(key);
  console.log(keys.join());
  console.log(JSON.stringify(rows));
  console.log(JSON.stringify({ rows }));
  console.log(JSON.stringify([...rows]));
  const [first, , third] = rows;
  console.log(JSON.stringify([first, third]));
  const [, ...rest] = rows;
  console.log(JSON.stringify(rest));
  console.log(Array.isArray(rows), rows instanceof Array);
  console.log(JSON.stringify(Object.entries(rows)));
  console.log(JSON.stringify({ ...rows }));
  console.log(JSON.stringify([{ z: 0 }].concat(rows)));
  console.log(JSON.stringify(Object.assign([], rows)));
}
