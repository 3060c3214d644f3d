// expect-checks: 100%
import { parseHTML } from 'k6/html';
import html from 'k6/html';
export default function () {
  const doc = parseHTML('<html><head><title>T &amp; ü😀</title></head><body class="a b"><p id=x>one<p>two<br>three</body></html>');
  check(doc, {
    'title': (d) => d.find('title').text() === 'T & ü😀' && d.find('head title').size() === 1,
    'implied end tags': (d) => d.find('p').size() === 2 && d.find('p').eq(1).html() === 'two<br>three',
    'implied html, head and body': () => html.parseHTML('text').find('html > body').text() === 'text',
    'implied tbody': () => parseHTML('<table><tr><td>1</td></tr></table>').find('table > tbody > tr > td').text() === '1',
    'misnested formatting': () => parseHTML('<b>1<i>2</b>3</i>').find('body').html() === '<b>1<i>2</i></b><i>3</i>',
    'whole text': (d) => d.text() === 'T & ü😀onetwothree',
    'serialized again': (d) => d.find('body').html() === '<p id="x">one</p><p>two<br>three</p>',
    'escapes': () => parseHTML('<p title="a&quot;b">&lt;x&gt; &amp;amp;</p>').find('body').html() === '<p title="a&quot;b">&lt;x&gt; &amp;amp;</p>',
    'scripts stay as they are': () => parseHTML('<script>if (a < b && c) {}</script>').find('script').html() === 'if (a < b && c) {}',
    'comments': () => parseHTML('<body>a<!-- c -->b</body>').find('body').html() === 'a<!-- c -->b',
    'names in lower case': () => parseHTML('<DIV CLASS=X>y</DIV>').find('div').attr('class') === 'X',
    'unknown elements': () => parseHTML('<My-Part a=1>z</My-Part>').find('my-part').text() === 'z',
    'nothing': () => parseHTML('').find('body').size() === 1 && parseHTML('').text() === '',
    'template': () => parseHTML('<template><p>in</p></template>').find('template p').text() === 'in',
  });
}
