// note: what a hostile server could send: none of it may crash, hang or take the memory
// expect-checks: 100%
import { parseHTML } from 'k6/html';
const tidy = (f) => { try { return f() !== undefined; } catch (e) { return e instanceof Error; } };
export default function () {
  check(null, {
    'deep nesting': () => tidy(() => parseHTML('<div>'.repeat(20000)).find('div div').size()),
    'deep formatting': () => tidy(() => parseHTML('<b>'.repeat(5000) + '</b>').text()),
    'many attributes': () => tidy(() => parseHTML(`<p ${Array.from({ length: 3000 }, (_, i) => `a${i}=${i}`).join(' ')}>`).find('p').attributes()),
    'not closed': () => tidy(() => parseHTML('<a href="').text()),
    'only brackets': () => tidy(() => parseHTML('<'.repeat(100000)).text()),
    'bytes of all kinds': () => tidy(() => parseHTML('\u0000\ud800<p>\uffff</p>\udfff').text()),
    'many siblings': () => tidy(() => parseHTML('<p>x</p>'.repeat(20000)).find('p:nth-child(odd)').size()),
    'too large': () => { try { parseHTML('x'.repeat((16 << 20) + 1)); return false; } catch (e) { return e.message === 'parseHTML: the page is larger than 16 MiB'; } },
    'a selector with many combinators': () => tidy(() => parseHTML('<div>'.repeat(300) + '</div>'.repeat(300)).find('div '.repeat(12) + 'p').size()),
    'still works': () => parseHTML('<p>fine</p>').find('p').text() === 'fine',
  });
}
