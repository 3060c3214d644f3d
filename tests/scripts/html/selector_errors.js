// expect: SyntaxError: selector "li[": expected a name at offset 3
// expect: SyntaxError: selector "li >": expected a selector at offset 4
// expect: SyntaxError: selector ":unheard": ':unheard' is not known at offset 8
// expect: SyntaxError: selector "li:nth-child(x)": expected odd, even, a number or an+b at offset 14
// expect: SyntaxError: selector "": expected a selector at offset 0
// expect: SyntaxError: selector "a, ": expected a selector at offset 3
// expect: SyntaxError: selector "[a=\"b]": a quotation mark is missing at offset 6
// expect: SyntaxError: selector "li)": expected the end or a combinator at offset 2
// expect: SyntaxError: a selector of 5000 bytes; at most 4096 are taken
// expect: TypeError: find: expected a selector or a Selection
// expect: TypeError: find: expected a selector or a Selection
// expect: TypeError: parseHTML: expected HTML as text
// expect: TypeError: not called on a Selection
// expect: TypeError: each: expected a function of (index, element)
import { parseHTML } from 'k6/html';
export default function () {
  const doc = parseHTML('<ul><li>1</li></ul>');
  const attempt = (f) => { try { console.log('no error', f()); } catch (e) { console.log(String(e)); } };
  ['li[', 'li >', ':unheard', 'li:nth-child(x)', '', 'a, ', '[a="b]', 'li)', 'x'.repeat(5000)].forEach((s) => attempt(() => doc.find(s)));
  attempt(() => doc.find());
  attempt(() => doc.find({}));
  attempt(() => parseHTML(5));
  attempt(() => doc.find.call({}, 'li'));
  attempt(() => doc.each('x'));
}
