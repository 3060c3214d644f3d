// error: undefinedThing
// error-line: 15
async function later() { await 1; }
function* gen() { yield 1; }
for (const x of new Set([1])) { later(); }
const { p, ...rest } = { p: 1, q: 2 };

class K { #v = 1; get v() { return this.#v; } }

const list = [
  ...gen(),
  (() => {
    const y = p ?? 2;
    return [
      undefinedThing,
      y,
    ];
  })(),
];
