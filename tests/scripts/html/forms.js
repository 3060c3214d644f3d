// expect-checks: 100%
import { parseHTML } from 'k6/html';
const page = `<form><input name="user" value="al &amp; bo"><input name="empty"><input type="password" name="pw" value="ü">
<input type="checkbox" name="c1" checked><input type="checkbox" name="c2"><input type="CHECKBOX" name="c3" value="v" checked>
<input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked><input type="submit" name="s" value="go">
<input type="file" name="f"><input name="dis" value="x" disabled><fieldset disabled><input name="fd" value="y"></fieldset>
<select name="one"><option value="a">A<option value="b" selected>B</select><select name="first"><option> t  x </option><option>u</option></select>
<select name="many" multiple><option selected>1</option><option>2</option><option value="3" selected>three</option></select>
<textarea name="area">line
two</textarea><input value="no name"><button name="btn" value="b">B</button></form>`;
export default function () {
  const doc = parseHTML(page);
  const form = doc.find('form');
  check(form, {
    serialize: (f) => f.serialize() === 'user=al+%26+bo&empty=&pw=%C3%BC&c1=on&c3=v&r=2&one=b&first=t+x&many=1&many=3&area=line%0Atwo',
    serializeArray: (f) => { const a = f.serializeArray(); return a.length === 11 && a[0].name === 'user' && a[0].value === 'al & bo'; },
    serializeObject: (f) => { const o = f.serializeObject(); return o.user === 'al & bo' && o.many === '3' && o.r === '2' && !('dis' in o) && !('s' in o); },
    'of controls': (f) => f.find('input[name=user]').serialize() === 'user=al+%26+bo' && f.find('[name=r]').serialize() === 'r=2',
    'val of inputs': (f) => f.find('[name=user]').val() === 'al & bo' && f.find('[name=empty]').val() === '',
    'val of a textarea': (f) => f.find('textarea').val() === 'line\ntwo',
    'val of a select': (f) => f.find('[name=one]').val() === 'b' && f.find('[name=first]').val() === 't x',
    'val of a multiple select': (f) => JSON.stringify(f.find('[name=many]').val()) === '["1","3"]',
    'val of an option': (f) => f.find('option').val() === 'a' && f.find('button').val() === 'b',
    'val of others': (f) => f.val() === undefined,
    'value()': (f) => f.find('[name=pw]').value() === 'ü',
  });
}
