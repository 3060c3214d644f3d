// iterations: 2
// expect-checks: 100%
// note: both ways of reading on both objects
import { SharedArray } from 'k6/data';
const data = require('mockarty/data');
const make = () => [{ name: 'alice', tags: ['a'] }, { name: 'bob' }, { name: 'ünï 😀' }];
const users = new SharedArray('users', make);
const others = data.SharedArray('others', make);
export default function () {
  [users, others].forEach((rows) => check(rows, {
    'length': (r) => r.length === 3,
    'get': (r) => r.get(1).name === 'bob',
    'index': (r) => r[0].name === 'alice' && r[2].name === 'ünï 😀',
    'nested': (r) => r[0].tags[0] === 'a',
    'beyond the end': (r) => r[3] === undefined && r.get(3) === undefined && r[-1] === undefined && r[1.5] === undefined,
    'in': (r) => 0 in r && !(3 in r) && 'length' in r,
    'an array': (r) => Array.isArray(r),
    'for-of': (r) => { const names = []; for (const row of r) names.push(row.name); return names.join() === 'alice,bob,ünï 😀'; },
    'spread': (r) => [...r].length === 3 && [...r][1].name === 'bob',
    'destructuring': (r) => { const [first, , third] = r; return first.name === 'alice' && third.name === 'ünï 😀'; },
    'JSON': (r) => JSON.stringify(r) === JSON.stringify(make()),
  }));
}
