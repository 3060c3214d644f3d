// What the files beside this folder are written with. A case passes when it returns, or its promise is fulfilled.
const cases = [];

export function test(name, body) { cases.push({ name, body }); }

function show(value) {
  try { return typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value) || String(value); } catch (e) { return typeof value; }
}

// Equal in value: numbers by Object.is, arrays and plain objects by what they hold.
export function equal(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length || (Array.isArray(a) && a.length !== b.length)) return false;
  return keys.every((key) => Object.prototype.hasOwnProperty.call(b, key) && equal(a[key], b[key]));
}

export function same(actual, expected) {
  if (!equal(actual, expected)) throw new Error('got ' + show(actual) + ', expected ' + show(expected));
}

export function ok(value, what) {
  if (!value) throw new Error(what || 'not true');
}

export function throws(type, body) {
  try { body(); } catch (error) {
    if (error instanceof type) return error;
    throw new Error('threw ' + String(error) + ', expected a ' + type.name);
  }
  throw new Error('did not throw a ' + type.name);
}

export async function run() {
  for (let i = 0; i < cases.length; i++) {
    const { name, body } = cases[i];
    try {
      await body();
      console.log('ok ' + name);
    } catch (error) {
      console.log('not ok ' + name + ': ' + (error && error.message !== undefined ? error.name + ': ' + error.message : String(error)));
    }
  }
}
