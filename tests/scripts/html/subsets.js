// expect-checks: 100%
import { parseHTML } from 'k6/html';
export default function () {
  const items = parseHTML('<ul><li>0</li><li>1</li><li>2</li><li>3</li></ul>').find('li');
  const texts = (s) => s.map((i, e) => e.text()).join();
  check(items, {
    size: (s) => s.size() === 4,
    first: (s) => texts(s.first()) === '0', last: (s) => texts(s.last()) === '3',
    eq: (s) => texts(s.eq(2)) === '2' && texts(s.eq(-1)) === '3' && s.eq(9).size() === 0 && s.eq(-9).size() === 0,
    slice: (s) => texts(s.slice(1, 3)) === '1,2' && texts(s.slice(2)) === '2,3' && texts(s.slice(-2, -1)) === '2' && s.slice(3, 1).size() === 0,
    get: (s) => s.get(1).text() === '1' && s.get(9) === undefined && s.get(-1).text() === '3',
    toArray: (s) => { const a = s.toArray(); return Array.isArray(a) && a.length === 4 && a[3].text() === '3'; },
    each: (s) => { const seen = []; const back = s.each((i, e) => { seen.push(`${i}:${e.textContent()}`); }); return seen.join() === '0:0,1:1,2:2,3:3' && back === s; },
    'each ends at false': (s) => { let n = 0; s.each(() => { n++; return n < 2; }); return n === 2; },
    map: (s) => s.map((i, e) => i * Number(e.text())).join() === '0,1,4,9',
    index: (s) => s.eq(2).index() === 2 && s.eq(3).index('li') === 3 && s.index(s.eq(1)) === 1 && s.eq(0).index('p') === -1,
    'empty sets': (s) => { const none = s.filter('p'); return none.size() === 0 && none.first().size() === 0 && none.text() === '' && none.html() === undefined && none.attr('x') === undefined && none.val() === undefined; },
    'errors in functions come out': (s) => { try { s.each(() => { throw new Error('mine'); }); return false; } catch (e) { return e.message === 'mine'; } },
    'nested calls': (s) => s.map((i, e) => e.parent().find('li').size()).join() === '4,4,4,4',
  });
}
