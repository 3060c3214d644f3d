// What an operation makes of two operands, as text: {value} or {error}, its name and message.
const operations = {
  '+': (x, y) => x + y, '-': (x, y) => x - y, '*': (x, y) => x * y, '/': (x, y) => x / y, '%': (x, y) => x % y,
  '**': (x, y) => x ** y, '&': (x, y) => x & y, '|': (x, y) => x | y, '^': (x, y) => x ^ y, '<<': (x, y) => x << y,
  '>>': (x, y) => x >> y, '>>>': (x, y) => x >>> y, '==': (x, y) => x == y, '!=': (x, y) => x != y,
  '===': (x, y) => x === y, '<': (x, y) => x < y, '<=': (x, y) => x <= y, '>': (x, y) => x > y, '>=': (x, y) => x >= y,
  negate: (x) => -x, invert: (x) => ~x, plus: (x) => +x, not: (x) => !x, typeof: (x) => typeof x,
  increment: (x) => [x++, x, ++x].join(), decrement: (x) => [x--, x, --x].join(),
  number: (x) => Number(x), text: (x) => String(x), bigint: (x) => BigInt(x), json: (x) => JSON.stringify(x),
  // Only so far are the digits of numbers the same in all engines.
  radix: (x, y) => (typeof x === 'bigint' ? x.toString(Number(BigInt.asUintN(6, BigInt(y)))) : 0),
  asIntN: (x, y) => BigInt.asIntN(Number(BigInt.asUintN(9, BigInt(y))), x),
  asUintN: (x, y) => BigInt.asUintN(Number(BigInt.asUintN(9, BigInt(y))), x),
  key: (x, y) => Object.keys({ [x]: 1, [y]: 2 }).join(),
  map: (x, y) => new Map([[x, 'x'], [y, 'y']]).size,
  sort: (x, y) => [x, y, 3n, -7n].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(),
  view: (x, y) => {
    const view = new DataView(new ArrayBuffer(9));
    view.setBigInt64(1, x, Boolean(y));
    return [view.getBigUint64(1), view.getBigInt64(1, true), view.getUint8(8)].join();
  },
  divided: (x, y) => (x / y) * y + (x % y) === x,
};

export const names = Object.keys(operations);

// Operands travel as text: "n:12" a BigInt, "d:1.5" a number, "s:..." text, "b:true", "u:".
export function operand(text) {
  const rest = text.slice(2);
  switch (text[0]) {
    case 'n': return BigInt(rest);
    case 'd': return Number(rest);
    case 'b': return rest === 'true';
    case 's': return rest;
    default: return undefined;
  }
}

export function outcome(name, x, y) {
  try {
    const made = operations[name](operand(x), operand(y));
    return { value: `${typeof made}:${Object.is(made, -0) ? '-0' : String(made)}` };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}
