// describe and expect in the manner of chai, under the name of k6's k6chaijs; written anew. An expectation that fails
// ends its describe() block, counts as a failed check and is logged.
import { check, group } from 'k6';

function show(value) {
  try { return typeof value === 'function' ? `[Function ${value.name}]` : JSON.stringify(value); } catch (e) { return String(value); }
}

function equals(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date && b instanceof Date) return +a === +b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key]));
}

export class AssertionError extends Error {
  constructor(message) { super(message); this.name = 'AssertionError'; }
}

const WORDS = ['to', 'be', 'been', 'is', 'that', 'which', 'and', 'has', 'have', 'with', 'at', 'of', 'same', 'but', 'does', 'still', 'also'];

class Expectation {
  constructor(value, message) {
    this.value = value;
    this.message = message;
    this.negated = false;
    this.isDeep = false;
    this.ofLength = false;
  }
  test(pass, text) {
    const good = this.negated ? !pass : pass;
    const name = `${this.message ? `${this.message}: ` : ''}expected ${show(this.value)} to ${this.negated ? 'not ' : ''}${text}`;
    check(null, { [this.message || name]: () => good });
    if (!good) throw new AssertionError(name);
    return this;
  }
  get not() { this.negated = !this.negated; return this; }
  get deep() { this.isDeep = true; return this; }
  get ok() { return this.test(!!this.value, 'be truthy'); }
  get true() { return this.test(this.value === true, 'be true'); }
  get false() { return this.test(this.value === false, 'be false'); }
  get null() { return this.test(this.value === null, 'be null'); }
  get undefined() { return this.test(this.value === undefined, 'be undefined'); }
  get exist() { return this.test(this.value !== null && this.value !== undefined, 'exist'); }
  get empty() {
    const { value } = this;
    const size = value instanceof Map || value instanceof Set ? value.size : typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys(value).length;
    return this.test(size === 0, 'be empty');
  }
  equal(other) { return this.test(this.isDeep ? equals(this.value, other) : this.value === other, `equal ${show(other)}`); }
  eql(other) { return this.test(equals(this.value, other), `deeply equal ${show(other)}`); }
  number(name) { return this.ofLength ? this.value.length : this.value; }
  above(limit) { return this.test(this.number() > limit, `be above ${limit}`); }
  least(limit) { return this.test(this.number() >= limit, `be at least ${limit}`); }
  below(limit) { return this.test(this.number() < limit, `be below ${limit}`); }
  most(limit) { return this.test(this.number() <= limit, `be at most ${limit}`); }
  within(from, to) { return this.test(this.number() >= from && this.number() <= to, `be within ${from}..${to}`); }
  closeTo(other, delta) { return this.test(Math.abs(this.value - other) <= delta, `be close to ${other} +/- ${delta}`); }
  match(pattern) { return this.test(pattern.test(this.value), `match ${pattern}`); }
  string(text) { return this.test(String(this.value).includes(text), `contain ${show(text)}`); }
  oneOf(list) { return this.test(list.some((each) => (this.isDeep ? equals(each, this.value) : each === this.value)), `be one of ${show(list)}`); }
  instanceof(type) { return this.test(this.value instanceof type, `be an instance of ${type.name}`); }
  keys(...names) {
    const wanted = names.flat();
    return this.test(wanted.every((name) => Object.hasOwn(this.value, name)), `have keys ${show(wanted)}`);
  }
  property(name, value) {
    const has = this.value !== null && this.value !== undefined && name in Object(this.value);
    this.test(has && (arguments.length < 2 || (this.isDeep ? equals(this.value[name], value) : this.value[name] === value)),
      `have property ${show(name)}${arguments.length < 2 ? '' : ` of ${show(value)}`}`);
    if (has) this.value = this.value[name];
    return this;
  }
  throw(text) {
    let thrown = null;
    try { this.value(); } catch (error) { thrown = error; }
    const fits = typeof text === 'function' ? thrown instanceof text : text instanceof RegExp ? thrown && text.test(thrown.message) : text === undefined || (thrown && String(thrown.message).includes(text));
    return this.test(thrown !== null && !!fits, 'throw');
  }
  satisfy(test) { return this.test(!!test(this.value), 'satisfy the condition'); }
  validJsonBody() {
    let good = true;
    try { this.value.json(); } catch (e) { good = false; }
    return this.test(good, 'have a valid JSON body');
  }
}
WORDS.forEach((word) => Object.defineProperty(Expectation.prototype, word, { get() { return this; } }));

// Words that are both a step and a call: a('string'), include(x), lengthOf(3).
function both(name, call, step) {
  Object.defineProperty(Expectation.prototype, name, {
    get() {
      const self = this;
      const f = (...args) => call.call(self, ...args);
      if (step) step(self);
      return new Proxy(f, { get: (target, key) => { const v = self[key]; return typeof v === 'function' ? v.bind(self) : v; } });
    },
  });
}
function isA(type) {
  const actual = Array.isArray(this.value) ? 'array' : this.value === null ? 'null' : typeof this.value;
  return this.test(actual === String(type).toLowerCase(), `be a ${type}`);
}
function includes(item) {
  const { value } = this;
  let found;
  if (typeof value === 'string') found = value.includes(item);
  else if (Array.isArray(value)) found = value.some((each) => (this.isDeep ? equals(each, item) : each === item));
  else found = Object.keys(item).every((key) => (this.isDeep ? equals(value[key], item[key]) : value[key] === item[key]));
  return this.test(found, `include ${show(item)}`);
}
function hasLength(count) { return this.test(this.value.length === count, `have length ${count}`); }
['a', 'an'].forEach((name) => both(name, isA));
['include', 'includes', 'contain', 'contains'].forEach((name) => both(name, includes));
['length', 'lengthOf'].forEach((name) => both(name, hasLength, (self) => { self.ofLength = true; }));
[['equals', 'equal'], ['eq', 'equal'], ['eqls', 'eql'], ['greaterThan', 'above'], ['gt', 'above'], ['lessThan', 'below'], ['lt', 'below'], ['gte', 'least'], ['greaterThanOrEqual', 'least'], ['lte', 'most'], ['lessThanOrEqual', 'most'], ['instanceOf', 'instanceof'], ['matches', 'match'], ['throws', 'throw'], ['key', 'keys']].forEach(([alias, name]) => {
  Expectation.prototype[alias] = Expectation.prototype[name];
});

export function expect(value, message) { return new Expectation(value, message); }

const settings = { truncateVariableThreshold: 100, truncateMsgThreshold: 300, aggregateChecks: true, logFailures: false };
export const chai = { config: settings, expect, AssertionError };

export function describe(name, body) {
  let good = true;
  group(name, () => {
    try {
      body();
    } catch (error) {
      good = false;
      if (!(error instanceof AssertionError)) {
        check(null, { [`${name}: ${error.message}`]: () => false });
        console.error(error);
      } else if (settings.logFailures) {
        console.warn(error.message);
      }
    }
  });
  return good;
}
export default chai;
