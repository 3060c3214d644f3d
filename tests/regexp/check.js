// Compares with what Node.js made of the cases; cases.json lies beside this file.
import { outcome } from './outcome.mjs';

const kShown = 10;
const cases = JSON.parse(open('./cases.json'));

export default function () {
  let compared = 0;
  let different = 0;
  function say(...what) {
    if (++different <= kShown) console.log(JSON.stringify(what));
  }
  for (const { p, f, refused, tries } of cases) {
    let error = null;
    try { new RegExp(p, f); } catch (e) { error = e; }
    if ((error !== null) !== (refused === true)) say('compiles', p, f, String(error), refused === true);
    if (error !== null || refused) continue;
    for (const { s, from, ...wanted } of tries) {
      let made;
      try { made = outcome(p, f, s, from); } catch (e) { made = { error: String(e) }; }
      for (const key of Object.keys(wanted)) {
        ++compared;
        if (JSON.stringify(made[key]) !== JSON.stringify(wanted[key])) say(key, p, f, s, from, made[key], wanted[key], made.error);
      }
    }
  }
  console.log(`compared ${compared}, different ${different}`);
}
