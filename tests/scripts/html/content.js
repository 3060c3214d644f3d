// expect-checks: 100%
import { parseHTML } from 'k6/html';
export default function () {
  const doc = parseHTML('<p id="p" CLASS="a b" title="">x<b>y</b>z</p><p>second</p><div data-user-id="12" data-on="true" data-name="Al" data-list="[1,2]" data-null="null" data-bad="{x" data-n="007x">d</div>');
  const p = doc.find('p');
  const d = doc.find('div');
  check(doc, {
    attr: () => p.attr('class') === 'a b' && p.attr('CLASS') === 'a b' && p.attr('title') === '' && p.attr('none') === undefined,
    'attr with a default': () => p.attr('none', 'missing') === 'missing' && p.attr('id', 'missing') === 'p',
    getAttribute: () => p.getAttribute('id') === 'p',
    hasAttribute: () => p.hasAttribute('title') && !p.hasAttribute('href'),
    attributes: () => JSON.stringify(p.attributes()) === '{"id":"p","class":"a b","title":""}',
    text: () => p.text() === 'xyzsecond' && p.first().text() === 'xyz',
    html: () => p.html() === 'x<b>y</b>z', innerHTML: () => p.innerHTML() === p.html(),
    outerHTML: () => p.eq(1).outerHTML() === '<p>second</p>',
    nodeName: () => p.nodeName() === 'p' && doc.nodeName() === '#document',
    nodeType: () => p.nodeType() === 1 && doc.nodeType() === 9 && p.contents().nodeType() === 3,
    id: () => p.id() === 'p' && p.eq(1).id() === '',
    data: () => d.data('userId') === 12 && d.data('user-id') === 12 && d.data('on') === true && d.data('name') === 'Al' && d.data('null') === null,
    'data as JSON': () => d.data('list')[1] === 2 && d.data('bad') === '{x' && d.data('n') === '007x',
    'all data': () => Object.keys(d.data()).join() === 'userId,on,name,list,null,bad,n',
    'no such data': () => d.data('none') === undefined,
    selection: () => p.first().selection().text() === 'xyz',
  });
}
