// Assertions in the style of chai's BDD interface, and those of Postman on responses; written anew. ES5.
var MAX_SHOWN = 200;

function AssertionError(message) {
  var error = new Error(message);
  Object.setPrototypeOf(error, AssertionError.prototype);
  return error;
}
AssertionError.prototype = Object.create(Error.prototype, {
  name: { value: 'AssertionError', writable: true, configurable: true },
  constructor: { value: AssertionError, writable: true, configurable: true }
});

function typeName(value) {
  return Object.prototype.toString.call(value).slice(8, -1);
}
function show(value) {
  var text;
  if (typeof value === 'string') { text = '\'' + value + '\''; }
  else if (typeof value === 'function') { text = '[Function' + (value.name ? ' ' + value.name : '') + ']'; }
  else if (value === null || typeof value !== 'object') { text = Object.is(value, -0) ? '-0' : String(value); }
  else if (value instanceof Error) { text = '[' + value.name + ': ' + value.message + ']'; }
  else if (value instanceof RegExp) { text = String(value); }
  else if (value instanceof Date) { text = isNaN(value) ? 'Invalid Date' : value.toISOString(); }
  else if (value instanceof Map || value instanceof Set) { text = typeName(value) + ' ' + show(Array.from(value)); }
  else {
    try { text = JSON.stringify(value); } catch (error) { text = '[' + typeName(value) + ']'; }
  }
  text = String(text);
  return text.length > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + '...' : text;
}

function sameEntries(a, b, seen) {
  if (a.size !== b.size) { return false; }
  var others = Array.from(b);
  return Array.from(a).every(function (entry) {
    for (var i = 0; i < others.length; ++i) {
      if (equals(entry, others[i], seen)) { others.splice(i, 1); return true; }
    }
    return false;
  });
}
function keysOf(value) {
  return Object.keys(value).concat((Object.getOwnPropertySymbols ? Object.getOwnPropertySymbols(value) : [])
    .filter(function (key) { return Object.prototype.propertyIsEnumerable.call(value, key); }));
}
// `seen`: pairs that are being compared; values that hold themselves are equal where they are met again.
function equals(a, b, seen) {
  if (Object.is(a, b) || a === b) { return a !== 0 || Object.is(a, b); }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) { return false; }
  var type = typeName(a);
  if (type !== typeName(b)) { return false; }
  if (type === 'Date') { return Object.is(+a, +b); }
  if (type === 'RegExp') { return String(a) === String(b); }
  if (type === 'Number' || type === 'String' || type === 'Boolean') { return Object.is(a.valueOf(), b.valueOf()); }
  if (type === 'Error' || type === 'Promise') { return false; }
  seen = seen || [];
  for (var i = 0; i < seen.length; i += 2) {
    if (seen[i] === a && seen[i + 1] === b) { return true; }
  }
  seen.push(a, b);
  var same = sameContents(a, b, type, seen);
  seen.length -= 2;
  return same;
}
function sameContents(a, b, type, seen) {
  if (type === 'Map' || type === 'Set') { return sameEntries(a, b, seen); }
  if (type === 'ArrayBuffer') { return equals(Array.from(new Uint8Array(a)), Array.from(new Uint8Array(b)), seen); }
  if (a.length !== b.length && (Array.isArray(a) || ArrayBuffer.isView(a))) { return false; }
  var keys = keysOf(a);
  return keys.length === keysOf(b).length && keys.every(function (key) {
    return Object.prototype.hasOwnProperty.call(b, key) && equals(a[key], b[key], seen);
  });
}

// 'a.b[1].c' -> ['a', 'b', '1', 'c']; a backslash takes a dot or bracket for what it is.
function pathOf(text) {
  var parts = [];
  var current = '';
  text = String(text);
  for (var i = 0; i < text.length; ++i) {
    var c = text.charAt(i);
    if (c === '\\' && i + 1 < text.length) { current += text.charAt(++i); }
    else if (c === '.' || c === '[' || c === ']') { if (current !== '') { parts.push(current); } current = ''; }
    else { current += c; }
  }
  if (current !== '') { parts.push(current); }
  return parts;
}
function at(value, path) {
  var parts = pathOf(path);
  for (var i = 0; i < parts.length; ++i) {
    if (value === null || value === undefined || !(parts[i] in Object(value))) { return { found: false }; }
    value = value[parts[i]];
  }
  return { found: true, value: value };
}

function Assertion(value, message) {
  this.flags = { value: value, message: message };
}
var proto = Assertion.prototype;

// `text` and `negated` are what stands behind "expected X". flags.report(good, name), where it is set, hears of all.
function test(assertion, pass, text, negated) {
  var f = assertion.flags;
  var good = f.negate ? !pass : !!pass;
  if (good && !f.report) { return assertion; }
  var name = (f.message ? f.message + ': ' : '') + 'expected ' + (f.shown || show(f.value)) + ' ' +
    (f.negate ? negated || text.replace(/^to /, 'to not ') : text);
  if (f.report) { f.report(good, f.message || name); }
  if (!good) {
    var error = new AssertionError(name);
    error.reported = f.report !== undefined;
    throw error;
  }
  return assertion;
}
function getter(name, get) { Object.defineProperty(proto, name, { configurable: true, get: get }); }
function property(names, check) {
  var get = function () { check.call(this, this.flags); return this; };
  names.split(' ').forEach(function (name) { getter(name, get); });
}
function method(names, call) {
  var word = function () { return call.apply(this, arguments) || this; };
  names.split(' ').forEach(function (name) {
    Object.defineProperty(proto, name, { configurable: true, writable: true, value: word });
  });
}
// Words that are a step and a call: a('string') and a.string.
function both(names, call, step) {
  var get = function () {
    var self = this;
    if (step) { step(self.flags); }
    var word = function () { call.apply(self, arguments); return self; };
    // Functions have these two of their own.
    delete word.length;
    delete word.name;
    Object.setPrototypeOf(word, self);
    return word;
  };
  names.split(' ').forEach(function (name) { getter(name, get); });
}
function flag(names, set) {
  var get = function () { set(this.flags); return this; };
  names.split(' ').forEach(function (name) { getter(name, get); });
}

flag('to be been is that which and has have with at of same but does still also', function () {});
flag('not', function (f) { f.negate = true; });
flag('deep', function (f) { f.deep = true; });
flag('nested', function (f) { f.nested = true; });
flag('own', function (f) { f.own = true; });
flag('ordered', function (f) { f.ordered = true; });
flag('any', function (f) { f.any = true; f.all = false; });
flag('all', function (f) { f.all = true; f.any = false; });
flag('itself', function (f) { f.itself = true; });

property('true', function (f) { test(this, f.value === true, 'to be true', 'to be false'); });
property('false', function (f) { test(this, f.value === false, 'to be false', 'to be true'); });
property('null', function (f) { test(this, f.value === null, 'to be null'); });
property('undefined', function (f) { test(this, f.value === undefined, 'to be undefined'); });
property('NaN', function (f) { test(this, Number.isNaN(f.value), 'to be NaN'); });
property('finite', function (f) { test(this, typeof f.value === 'number' && isFinite(f.value), 'to be a finite number'); });
property('exist exists', function (f) { test(this, f.value !== null && f.value !== undefined, 'to exist'); });
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

function isA(type) {
  var value = this.flags.value;
  var wanted = String(type).toLowerCase();
  var actual = value === null ? 'null' : value instanceof Error ? 'error' : typeName(value).toLowerCase();
  if (typeof value === 'function') { actual = /function/.test(actual) ? actual : 'function'; }
  var article = /^[aeiou]/.test(wanted) ? 'an ' : 'a ';
  test(this, actual === wanted || (wanted === 'function' && typeof value === 'function'), 'to be ' + article + wanted);
}
both('a an', isA);

function contains(value, item, deep) {
  var same = deep ? equals : function (x, y) { return x === y || (x !== x && y !== y); };
  if (typeof value === 'string') { return value.indexOf(item) >= 0; }
  if (value instanceof Map) { return Array.from(value.values()).some(function (each) { return same(each, item); }); }
  if (value instanceof Set) { return Array.from(value).some(function (each) { return same(each, item); }); }
  if (Array.isArray(value)) { return value.some(function (each) { return same(each, item); }); }
  return null;
}
both('include includes contain contains', function (item) {
  var f = this.flags;
  var found = contains(f.value, item, f.deep);
  if (found === null) {
    if (f.value === null || typeof f.value !== 'object' || item === null || typeof item !== 'object') {
      throw new AssertionError('.include: expected ' + show(f.value) + ' to be text, a list, a Map, a Set or an object that is ' +
        'compared with an object');
    }
    found = Object.keys(item).every(function (key) {
      var place = f.nested ? at(f.value, key) : { found: f.own ? Object.prototype.hasOwnProperty.call(f.value, key) : key in f.value, value: f.value[key] };
      return place.found && (f.deep ? equals(place.value, item[key]) : place.value === item[key]);
    });
  }
  test(this, found, 'to ' + (f.deep ? 'deep ' : '') + 'include ' + show(item));
}, function (f) { f.contains = true; });

function lengthOf(f) { return f.value instanceof Map || f.value instanceof Set ? f.value.size : f.value.length; }
both('length lengthOf', function (count) {
  var f = this.flags;
  if (f.value === null || f.value === undefined || lengthOf(f) === undefined) {
    throw new AssertionError('expected ' + show(f.value) + ' to have a length');
  }
  test(this, lengthOf(f) === count, 'to have a length of ' + show(count) + ' but got ' + show(lengthOf(f)), 'to not have a length of ' + show(count));
}, function (f) { f.doLength = true; });

method('equal equals eq', function (other) {
  var f = this.flags;
  if (f.deep) { return this.eql(other); }
  test(this, f.value === other, 'to equal ' + show(other));
});
method('eql eqls', function (other) { test(this, equals(this.flags.value, other), 'to deeply equal ' + show(other)); });

// Numbers and dates, or the length where that was asked for.
function compare(names, holds, words) {
  method(names, function (limit, second) {
    var f = this.flags;
    var value = f.doLength ? lengthOf(f) : f.value;
    [value, limit].concat(holds.length > 2 ? [second] : []).forEach(function (each) {
      if (typeof each !== 'number' && !(each instanceof Date)) {
        throw new AssertionError((f.message ? f.message + ': ' : '') + 'expected ' + show(each) + ' to be a number or a date');
      }
    });
    test(this, holds(value, limit, second), (f.doLength ? 'to have a length ' : 'to be ') + words + ' ' + show(limit) +
      (holds.length > 2 ? '..' + show(second) : ''));
  });
}
compare('above gt greaterThan', function (value, limit) { return value > limit; }, 'above');
compare('least gte greaterThanOrEqual', function (value, limit) { return value >= limit; }, 'at least');
compare('below lt lessThan', function (value, limit) { return value < limit; }, 'below');
compare('most lte lessThanOrEqual', function (value, limit) { return value <= limit; }, 'at most');
compare('within', function (value, from, to) { return value >= from && value <= to; }, 'within');
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

function hasProperty(name, value) {
  var f = this.flags;
  if (f.value === null || f.value === undefined) { throw new AssertionError('.property: expected an object, got ' + show(f.value)); }
  var place = f.nested ? at(f.value, name)
    : { found: f.own ? Object.prototype.hasOwnProperty.call(f.value, name) : name in Object(f.value), value: f.value[name] };
  var text = 'to have ' + (f.deep ? 'deep ' : '') + (f.nested ? 'nested ' : '') + 'property ' + show(name);
  if (arguments.length > 1) {
    var same = place.found && (f.deep ? equals(place.value, value) : place.value === value);
    test(this, same, text + ' of ' + show(value) + (place.found ? ', but got ' + show(place.value) : ''), text.replace('to have', 'to not have') + ' of ' + show(value));
  } else {
    test(this, place.found, text);
  }
  f.value = place.value;
}
method('property', hasProperty);
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
  var actual = isCollection ? Array.from(f.value.keys()) : keysOf(Object(f.value));
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

// --- Responses of Postman's ---

function responseOf(assertion, word) {
  var value = assertion.flags.value;
  if (value === null || typeof value !== 'object' || !value.isPostmanResponse) {
    throw new AssertionError('.' + word + ': expected a response, got ' + show(value));
  }
  assertion.flags.shown = 'response';
  return value;
}
property('ok', function (f) {
  if (f.value !== null && typeof f.value === 'object' && f.value.isPostmanResponse) {
    test(responseOf(this, 'ok') && this, f.value.code === 200, 'to have status code 200 but got ' + f.value.code, 'to not have status code 200');
  } else {
    test(this, !!f.value, 'to be truthy', 'to be falsy');
  }
});
function status(name, holds, words) {
  property(name, function () {
    var response = responseOf(this, name);
    test(this, holds(response.code), 'to have ' + words + ' but got ' + response.code, 'to not have ' + words + ' but got ' + response.code);
  });
}
[['accepted', 202], ['badRequest', 400], ['unauthorized', 401], ['forbidden', 403], ['notFound', 404], ['notAcceptable', 406],
  ['rateLimited', 429]].forEach(function (pair) {
  status(pair[0], function (code) { return code === pair[1]; }, 'status code ' + pair[1]);
});
[['info', 1, 2], ['success', 2, 3], ['redirection', 3, 4], ['clientError', 4, 5], ['serverError', 5, 6], ['error', 4, 6]].forEach(function (row) {
  status(row[0], function (code) { return code >= row[1] * 100 && code < row[2] * 100; },
    'a status code of ' + row[1] + 'xx' + (row[2] > row[1] + 1 ? ' or ' + (row[2] - 1) + 'xx' : ''));
});
function jsonOf(response) { try { return { value: response.json() }; } catch (error) { return null; } }
property('json', function () {
  var response = responseOf(this, 'json');
  test(this, jsonOf(response) !== null, 'to have a JSON body');
});
property('withBody', function () { test(this, responseOf(this, 'withBody').text() !== '', 'to have a body'); });
method('status', function (wanted) {
  var response = responseOf(this, 'status');
  if (typeof wanted === 'number') {
    test(this, response.code === wanted, 'to have status code ' + wanted + ' but got ' + response.code, 'to not have status code ' + wanted);
  } else {
    test(this, response.status === wanted, 'to have status reason ' + show(wanted) + ' but got ' + show(response.status));
  }
});
method('header', function (name, value) {
  var response = responseOf(this, 'header');
  var actual = response.headers.get(name);
  if (arguments.length < 2) {
    test(this, response.headers.has(name), 'to have header ' + show(name));
  } else {
    var fits = value instanceof RegExp ? actual !== undefined && value.test(actual) : actual === String(value);
    test(this, fits, 'to have header ' + show(name) + ' of ' + show(value) + ' but got ' + show(actual), 'to not have header ' + show(name) + ' of ' + show(value));
  }
});
function hasBody(wanted) {
  var text = responseOf(this, 'body').text();
  if (arguments.length === 0) { test(this, text !== '', 'to have a body'); return; }
  test(this, wanted instanceof RegExp ? wanted.test(text) : text === wanted, 'to have the body ' + show(wanted) + ' but got ' + show(text));
}
both('body', hasBody);
both('jsonBody', function (path, value) {
  var body = jsonOf(responseOf(this, 'jsonBody'));
  if (arguments.length === 0 || body === null) { test(this, body !== null, 'to have a JSON body'); return; }
  if (arguments.length === 1 && typeof path === 'object') {
    test(this, equals(body.value, path), 'to have the JSON body ' + show(path) + ' but got ' + show(body.value));
    return;
  }
  var place = at(body.value, path);
  test(this, place.found && (arguments.length < 2 || equals(place.value, value)), 'to have ' + show(path) + (arguments.length < 2 ? '' : ' of ' + show(value)) +
    ' in its JSON body' + (place.found && arguments.length > 1 ? ' but got ' + show(place.value) : ''));
});
method('jsonSchema', function (schema) {
  var f = this.flags;
  var value = f.value !== null && typeof f.value === 'object' && f.value.isPostmanResponse ? responseOf(this, 'jsonSchema').json() : f.value;
  var problem = require('jslib:legacy_schema').validate(schema, value);
  test(this, problem === null, 'to fit the schema' + (problem === null ? '' : ' but ' + problem), 'to not fit the schema');
});
both('responseTime', function (limit) {
  test(this, responseOf(this, 'responseTime').responseTime === limit, 'to have a response time of ' + limit);
}, function (f) { if (f.value && f.value.isPostmanResponse) { f.value = f.value.responseTime; } });

function expect(value, message) { return new Assertion(value, message); }
expect.fail = function (actual, expected, message) {
  throw new AssertionError(arguments.length < 2 ? (actual === undefined ? 'expect.fail()' : String(actual))
    : message || 'expected ' + show(actual) + ' to equal ' + show(expected));
};
exports.expect = expect;
exports.Assertion = Assertion;
exports.AssertionError = AssertionError;
exports.test = test;
exports.equals = equals;
exports.show = show;
