// expect: TypeError: SharedArray: expected a name as the first argument
// expect: TypeError: SharedArray: expected a name as the first argument
// expect: RangeError: SharedArray: the name is longer than 256 bytes
// expect: TypeError: SharedArray: expected a function that returns an array as the second argument
// expect: TypeError: SharedArray: the function must return an array
// expect: TypeError: SharedArray: row 1 has no JSON form (undefined, a function or a Symbol)
// expect: Error: of the function
// expect: Error: SharedArray: not available inside the function of another SharedArray
// expect: Error: again
// expect: after an error it may be made: 1
// expect: Error: SharedArray: made in the init stage only, at the top level of the script
// expect: TypeError: get: expected a row's index, a whole number from 0, got x
// expect: TypeError: get: not called on a SharedArray
import { SharedArray } from 'k6/data';
const attempt = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(String(e)); } };
attempt(() => new SharedArray());
attempt(() => new SharedArray('', () => []));
attempt(() => new SharedArray('x'.repeat(257), () => []));
attempt(() => new SharedArray('a', [1]));
attempt(() => new SharedArray('b', () => ({ length: 1 })));
attempt(() => new SharedArray('c', () => [1, () => 1]));
attempt(() => new SharedArray(`d${__VU}`, () => { throw new Error('of the function'); }));
attempt(() => new SharedArray('e', () => [new SharedArray('f', () => [])]));
attempt(() => new SharedArray(`h${__VU}`, () => { throw new Error('again'); }));
const late = new SharedArray(`h${__VU}`, () => [1]);
console.log('after an error it may be made:', late.length);
export default function () {
  attempt(() => new SharedArray('g', () => []));
  attempt(() => late.get('x'));
  attempt(() => late.get.call({}, 0));
}
