// Compares with what Node.js made of the cases; cases.json lies beside this file.
import { outcome } from './outcome.mjs';

const kShown = 10;
const cases = JSON.parse(open('./cases.json'));

// Errors about BigInts have V8's words; the rest is about values that are none.
const kWords = /BigInt|Division by zero|radix/;

export default function () {
  let different = 0;
  for (const { o, x, y, ...wanted } of cases) {
    const made = outcome(o, x, y);
    let agree = made.value === wanted.value && (made.error === undefined) === (wanted.error === undefined);
    if (agree && made.error !== undefined) {
      const exact = kWords.test(wanted.error);
      agree = exact ? made.error.slice(0, 90) === wanted.error.slice(0, 90) : made.error.split(':')[0] === wanted.error.split(':')[0];
    }
    if (!agree && ++different <= kShown) console.log(JSON.stringify([o, x, y, made, wanted]).slice(0, 600));
  }
  console.log(`compared ${cases.length}, different ${different}`);
}
