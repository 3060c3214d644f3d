// expect-checks: 100%
import { SharedArray } from 'k6/data';
const rows = new SharedArray('numbers', () => [5, 3, 8, 1, 3]);
export default function () {
  check(rows, {
    forEach: (r) => { let sum = 0; r.forEach((n, i) => { sum += n * i; }); return sum === 3 + 16 + 3 + 12; },
    map: (r) => r.map((n) => n * 2).join() === '10,6,16,2,6',
    filter: (r) => r.filter((n) => n > 3).join() === '5,8',
    find: (r) => r.find((n) => n > 5) === 8 && r.find((n) => n > 50) === undefined,
    findIndex: (r) => r.findIndex((n) => n === 8) === 2,
    some: (r) => r.some((n) => n === 1) && !r.some((n) => n === 9),
    every: (r) => r.every((n) => n > 0),
    reduce: (r) => r.reduce((a, b) => a + b, 0) === 20,
    indexOf: (r) => r.indexOf(3) === 1 && r.lastIndexOf(3) === 4 && r.indexOf(9) === -1,
    includes: (r) => r.includes(8) && !r.includes(80),
    join: (r) => r.join('-') === '5-3-8-1-3',
    slice: (r) => r.slice(1, 3).join() === '3,8',
    concat: (r) => [].concat(r.slice()).length === 5,
    at: (r) => r.at(-1) === 3,
    entries: (r) => [...r.entries()].length === 5 && [...r.keys()].join() === '0,1,2,3,4',
    'sorted copy': (r) => [...r].sort().join() === '1,3,3,5,8' && r[0] === 5,
    'Array.from': (r) => Array.from(r, (n) => n + 1).join() === '6,4,9,2,4',
    'Math.max': (r) => Math.max(...r) === 8,
  });
}
