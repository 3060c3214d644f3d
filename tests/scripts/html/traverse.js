// expect-checks: 100%
import { parseHTML } from 'k6/html';
const page = '<div id="d"><h1>t</h1><p class="a">1</p>text<p class="b">2</p><p class="c">3<b>x</b></p><hr></div><div id="e"><p class="f">9</p></div>';
export default function () {
  const doc = parseHTML(page);
  const ids = (s) => s.map((i, e) => e.attr('class') || e.id() || e.nodeName()).join();
  check(doc, {
    children: (d) => ids(d.find('#d').children()) === 'h1,a,b,c,hr',
    'children(selector)': (d) => ids(d.find('div').children('p')) === 'a,b,c,f',
    contents: (d) => d.find('#d').contents().size() === 6 && d.find('.c').contents().eq(0).nodeName() === '#text',
    parent: (d) => ids(d.find('p').parent()) === 'd,e' && ids(d.find('p').parent('#e')) === 'e',
    parents: (d) => ids(d.find('b').parents()) === 'c,d,body,html' && ids(d.find('b').parents('div')) === 'd',
    parentsUntil: (d) => ids(d.find('b').parentsUntil('body')) === 'c,d' && ids(d.find('b').parentsUntil('body', 'div')) === 'd',
    closest: (d) => ids(d.find('b').closest('div')) === 'd' && ids(d.find('b').closest('b')) === 'b' && d.find('b').closest('ul').size() === 0,
    next: (d) => ids(d.find('.a').next()) === 'b' && d.find('hr').next().size() === 0 && d.find('.a').next('.c').size() === 0,
    nextAll: (d) => ids(d.find('.a').nextAll()) === 'b,c,hr' && ids(d.find('.a').nextAll('p')) === 'b,c',
    nextUntil: (d) => ids(d.find('h1').nextUntil('.c')) === 'a,b' && ids(d.find('h1').nextUntil()) === 'a,b,c,hr',
    prev: (d) => ids(d.find('.b').prev()) === 'a' && d.find('h1').prev().size() === 0,
    prevAll: (d) => ids(d.find('.c').prevAll()) === 'b,a,h1' && ids(d.find('.c').prevAll('p')) === 'b,a',
    prevUntil: (d) => ids(d.find('.c').prevUntil('h1')) === 'b,a',
    siblings: (d) => ids(d.find('.b').siblings()) === 'h1,a,c,hr' && ids(d.find('.b').siblings('p')) === 'a,c',
    'until a Selection': (d) => ids(d.find('h1').nextUntil(d.find('.b'))) === 'a',
    has: (d) => ids(d.find('p').has('b')) === 'c',
    filter: (d) => ids(d.find('p').filter('.a, .f')) === 'a,f',
    'filter(function)': (d) => ids(d.find('p').filter((i, e) => i % 2 === 0 && e.text() !== '9')) === 'a,c',
    not: (d) => ids(d.find('p').not('.a')) === 'b,c,f' && ids(d.find('p').not(d.find('.b'))) === 'a,c,f',
    'not(function)': (d) => ids(d.find('p').not((i) => i > 0)) === 'a',
    is: (d) => d.find('p').is('.f') && !d.find('#d').is('p') && d.find('p').is(d.find('.a')) && d.find('p').is((i) => i === 3),
    'of another document': (d) => d.find('p').is(parseHTML(page).find('p')) === false,
    find: (d) => d.find('#d').find('p').size() === 3 && d.find('#d').find('#d').size() === 0,
  });
}
