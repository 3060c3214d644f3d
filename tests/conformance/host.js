import { test, same, ok, throws, run } from './parts/harness.js';
test('console', () => same(['log', 'info', 'warn', 'error', 'debug'].map((n) => typeof console[n]), ['function', 'function', 'function', 'function', 'function']));
test('stack has lines and columns', () => { const e = new Error('x'); ok(/host\.js:\d+:\d+/.test(e.stack), e.stack); });
test('stack names functions', () => { function inner() { return new Error('x'); } ok(/at inner /.test(inner().stack), inner().stack); });
test('deep recursion is a RangeError', () => { const f = () => f() + 1; throws(RangeError, f); });
test('with no globals leaked', () => same(Object.keys(globalThis).filter((k) => /^_/.test(k) && !/^__(ENV|VU|ITER)$/.test(k)), []));
test('BigInt', () => same(typeof BigInt, 'function'));
export default run;
