// Words of expect.js that few scripts use; loaded with the first of them. ES5.
var core = require('jslib:expect');
var AssertionError = core.AssertionError;
var show = core.show;
var test = core.test;
var property = core.words.property;
var method = core.words.method;
var hasProperty = core.words.hasProperty;
var inside = require('jslib:expect_equal');
var equals = inside.equals;
var contains = inside.contains;
var typeName = inside.typeName;

property('NaN', function (f) { test(this, Number.isNaN(f.value), 'to be NaN'); });
property('finite', function (f) { test(this, typeof f.value === 'number' && isFinite(f.value), 'to be a finite number'); });
property('Arguments arguments', function (f) { test(this, typeName(f.value) === 'Arguments', 'to be arguments'); });
property('extensible', function (f) { test(this, f.value === Object(f.value) && Object.isExtensible(f.value), 'to be extensible'); });
property('sealed', function (f) { test(this, f.value !== Object(f.value) || Object.isSealed(f.value), 'to be sealed'); });
property('frozen', function (f) { test(this, f.value !== Object(f.value) || Object.isFrozen(f.value), 'to be frozen'); });
property('empty', function (f) {
  var value = f.value;
  var size;
  if (typeof value === 'string' || Array.isArray(value)) { size = value.length; }
  else if (value instanceof Map || value instanceof Set) { size = value.size; }
  else if (value === null || typeof value !== 'object') {
    throw new AssertionError('.empty: expected text, a list, an object, a Map or a Set, got ' + show(value));
  } else { size = Object.keys(value).length; }
  test(this, size === 0, 'to be empty');
});

method('closeTo approximately', function (other, delta) {
  var value = this.flags.value;
  if (typeof value !== 'number' || typeof other !== 'number' || typeof delta !== 'number') {
    throw new AssertionError('.closeTo: expected numbers, got ' + show(value) + ', ' + show(other) + ' and ' + show(delta));
  }
  test(this, Math.abs(value - other) <= delta, 'to be close to ' + other + ' +/- ' + delta);
});

method('instanceof instanceOf', function (type) {
  if (typeof type !== 'function') { throw new AssertionError('.instanceof: expected a constructor, got ' + show(type)); }
  test(this, this.flags.value instanceof type, 'to be an instance of ' + (type.name || 'a constructor'));
});

method('ownProperty haveOwnProperty', function () { this.flags.own = true; hasProperty.apply(this, arguments); });
method('ownPropertyDescriptor haveOwnPropertyDescriptor', function (name, wanted) {
  var actual = Object.getOwnPropertyDescriptor(Object(this.flags.value), name);
  test(this, arguments.length > 1 ? equals(actual, wanted) : actual !== undefined, 'to have an own property descriptor for ' + show(name));
  this.flags.value = actual;
});

method('match matches', function (pattern) {
  test(this, pattern.exec(this.flags.value) !== null, 'to match ' + pattern);
});
method('string', function (text) {
  var value = this.flags.value;
  test(this, typeof value === 'string' && value.indexOf(text) >= 0, 'to contain ' + show(text));
});

method('key keys', function (first) {
  var f = this.flags;
  var wanted = arguments.length > 1 ? Array.prototype.slice.call(arguments)
    : Array.isArray(first) ? first : first !== null && typeof first === 'object' ? Object.keys(first) : [first];
  if (wanted.length === 0) { throw new AssertionError('.keys: expected at least one name'); }
  var isCollection = f.value instanceof Map || f.value instanceof Set;
  if (f.value === null || f.value === undefined) { throw new AssertionError('expected ' + show(f.value) + ' to have keys'); }
  var actual = isCollection ? Array.from(f.value.keys()) : inside.keysOf(Object(f.value));
  function has(key) {
    return actual.some(function (each) {
      return isCollection ? (f.deep ? equals(each, key) : each === key) : each === key || each === String(key);
    });
  }
  var pass = f.any ? wanted.some(has) : wanted.every(has) && (f.contains || actual.length === wanted.length);
  test(this, pass, 'to ' + (f.contains ? 'contain ' : 'have ') + (f.any ? 'any of ' : '') + 'keys ' + show(wanted));
});

method('members', function (wanted) {
  var f = this.flags;
  if (!Array.isArray(f.value) || !Array.isArray(wanted)) {
    throw new AssertionError('.members: expected two lists, got ' + show(f.value) + ' and ' + show(wanted));
  }
  var same = f.deep ? equals : function (a, b) { return a === b; };
  var left = f.value.slice();
  var pass = f.contains || left.length === wanted.length;
  wanted.forEach(function (item, i) {
    if (f.ordered) { pass = pass && i < left.length && same(left[i], item); return; }
    for (var k = 0; k < left.length; ++k) {
      if (same(left[k], item)) { if (!f.contains) { left.splice(k, 1); } return; }
    }
    pass = false;
  });
  test(this, pass, 'to ' + (f.contains ? 'be a superset of ' : 'have the same ' + (f.ordered ? 'ordered ' : '') + 'members as ') + show(wanted));
});
method('oneOf', function (list) {
  var f = this.flags;
  if (!Array.isArray(list)) { throw new AssertionError('.oneOf: expected a list, got ' + show(list)); }
  var pass = list.some(function (each) {
    return f.contains ? contains(f.value, each, f.deep) : f.deep ? equals(f.value, each) : f.value === each;
  });
  test(this, pass, 'to ' + (f.contains ? 'contain' : 'be') + ' one of ' + show(list));
});

method('throw throws Throw', function (type, text) {
  var f = this.flags;
  if (typeof f.value !== 'function') { throw new AssertionError('.throw: expected a function, got ' + show(f.value)); }
  var thrown = null;
  try { f.value(); } catch (error) { thrown = { error: error }; }
  var wanted = typeof type === 'string' || type instanceof RegExp ? type : text;
  var pass = thrown !== null;
  if (pass && typeof type === 'function') { pass = thrown.error instanceof type; }
  if (pass && type instanceof Error) { pass = thrown.error === type; }
  if (pass && wanted !== undefined) {
    var message = thrown.error && thrown.error.message !== undefined ? String(thrown.error.message) : String(thrown.error);
    pass = wanted instanceof RegExp ? wanted.test(message) : message.indexOf(wanted) >= 0;
  }
  test(this, pass, 'to throw ' + (typeof type === 'function' ? type.name : type instanceof Error ? show(type) : 'an error') +
    (wanted === undefined ? '' : ' of ' + show(wanted)) + (thrown && !pass ? ' but it threw ' + show(thrown.error) : ''));
  if (thrown) { f.value = thrown.error; }
});
method('respondTo respondsTo', function (name) {
  var f = this.flags;
  var target = typeof f.value === 'function' && !f.itself ? f.value.prototype : f.value;
  test(this, typeof target[name] === 'function', 'to respond to ' + show(name));
});
method('satisfy satisfies', function (check) { test(this, !!check(this.flags.value), 'to satisfy ' + show(check)); });

// change(object, 'name') or change(function): what calling the value does to it.
function changes(names, holds, word) {
  method(names, function (object, name) {
    var read = function () { return name === undefined ? object() : object[name]; };
    var before = read();
    this.flags.value();
    var after = read();
    this.flags.delta = Math.abs(after - before);
    test(this, holds(before, after), 'to ' + word + ' ' + (name === undefined ? 'the result' : show(name)));
  });
}
changes('change changes', function (before, after) { return before !== after; }, 'change');
changes('increase increases', function (before, after) { return after > before; }, 'increase');
changes('decrease decreases', function (before, after) { return after < before; }, 'decrease');
method('by', function (delta) { test(this, this.flags.delta === delta, 'to change by ' + delta); });
