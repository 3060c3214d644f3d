// expect-checks: 100%
import { parseHTML } from 'k6/html';
const page = `<div id="main" class="box wide"><ul class="list">
<li class="item first" data-n="1">one</li><li class="item" data-n="2">two</li><li data-n="3" lang="en-GB">three</li>
<li class="item last" data-n="4">four <b>bold</b></li></ul><p>para</p><p></p><span>s</span><a href="https://x.example/a.pdf">pdf</a>
<form><input name="a" type="text"><input name="c" type="checkbox" checked><input name="d" disabled><select><option selected>o</option></select></form></div>`;
export default function () {
  const doc = parseHTML(page);
  const n = (selector) => doc.find(selector).size();
  const t = (selector) => doc.find(selector).map((i, e) => e.text()).join('|');
  const cases = {
    'li': 4, '*': 20, '#main': 1, '.item': 3, 'li.item.first': 1, 'div.box.wide': 1, 'LI': 4,
    '[data-n]': 4, '[data-n=2]': 1, '[data-n="2"]': 1, "[data-n='2']": 1, '[class~=first]': 1, '[lang|=en]': 1,
    '[href^="https:"]': 1, '[href$=".pdf"]': 1, '[href*="x.ex"]': 1, '[href$=".PDF" i]': 1, 'li[data-n!="2"]': 3,
    'ul li': 4, 'div > ul > li': 4, 'div > li': 0, 'li + li': 3, 'li.first ~ li': 3, 'ul ~ p': 2, 'ul + p': 1,
    'li, p': 6, 'li , p , span': 7, 'li:first-child': 1, 'li:last-child': 1, 'li:nth-child(2)': 1, 'li:nth-child(odd)': 2,
    'li:nth-child(even)': 2, 'li:nth-child(2n+1)': 2, 'li:nth-child(-n+3)': 3, 'li:nth-child( 3n )': 1, 'li:nth-last-child(1)': 1,
    'p:first-of-type': 1, 'p:last-of-type': 1, 'p:nth-of-type(2)': 1, 'p:nth-last-of-type(1)': 1, 'ul:only-of-type': 1,
    'b:only-child': 1, 'li:not(.item)': 1, 'li:not(.item, .last)': 1, 'li:has(b)': 1, 'div:has(ul li b)': 1, ':is(p, span)': 3,
    'li:contains("wo")': 1, 'li:contains(four)': 1, 'p:empty': 1, ':root': 1, 'input:checked': 1, 'option:selected': 1,
    'input:disabled': 1, 'input:enabled': 2, ':input': 4, 'li:nth-child(100)': 0, '#none': 0, 'li:not(:not(.item))': 3,
  };
  for (const selector of Object.keys(cases)) check(selector, { [selector]: (s) => n(s) === cases[s] || console.log(s, n(s)) });
  check(null, {
    'order of the document': () => t('p, li') === 'one|two|three|four bold|para|',
    'from several nodes': () => doc.find('ul, div').find('li').size() === 4,
    'escapes': () => parseHTML('<p id="a.b" class="1x">y</p>').find('#a\\.b.\\1x').text() === 'y',
  });
}
