// expect: fail() was called
// expect: [object Object]
// expect: caught
// expect-error: fail_without_reason.js:9:3: Error: out
import { fail } from 'k6';
export default function () {
  [undefined, {}].forEach((reason) => { try { fail(reason); } catch (e) { console.log(e.message); } });
  try { fail('in'); } catch (e) { console.log('caught'); }
  fail('out');
}
