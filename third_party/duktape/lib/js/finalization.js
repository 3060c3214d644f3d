// FinalizationRegistry. Nothing tells a script when an object would have gone, so nobody is ever called back, as the
// standard allows; what is registered is not held. ES5, called once a heap.
(function () {
  'use strict';
  var registries = new WeakMap();
  function isWeakKey(value) { return value !== null && (typeof value === 'object' || typeof value === 'function'); }
  function tokensOf(registry) {
    var tokens = isWeakKey(registry) ? registries.get(registry) : undefined;
    if (!tokens) throw new TypeError('not a FinalizationRegistry');
    return tokens;
  }
  function FinalizationRegistry(cleanup) {
    if (!(this instanceof FinalizationRegistry)) throw new TypeError('FinalizationRegistry: use new');
    if (typeof cleanup !== 'function') throw new TypeError('FinalizationRegistry: the callback is not a function');
    registries.set(this, new WeakSet());
  }
  function method(name, value) {
    Object.defineProperty(FinalizationRegistry.prototype, name, { value: value, writable: true, configurable: true });
  }
  method('register', function register(target, held, token) {
    var tokens = tokensOf(this);
    if (!isWeakKey(target)) throw new TypeError('FinalizationRegistry: the target is not an object');
    if (target === held) throw new TypeError('FinalizationRegistry: the target cannot be its own held value');
    if (token === undefined) return;
    if (!isWeakKey(token)) throw new TypeError('FinalizationRegistry: the token is not an object');
    tokens.add(token);
  });
  method('unregister', function unregister(token) {
    var tokens = tokensOf(this);
    if (!isWeakKey(token)) throw new TypeError('FinalizationRegistry: the token is not an object');
    return tokens.delete(token);
  });
  method('constructor', FinalizationRegistry);
  Object.defineProperty(FinalizationRegistry.prototype, Symbol.toStringTag,
    { value: 'FinalizationRegistry', configurable: true });
  return { FinalizationRegistry: FinalizationRegistry };
})
