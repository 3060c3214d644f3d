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

// Loaded when the first comparison of contents is made.
function equals(a, b) { return require('jslib:expect_equal').equals(a, b); }

function Assertion(value, message) {
  this.flags = { value: value, message: message };
}
var proto = Assertion.prototype;

// What few scripts use is in files of its own, because each virtual user pays for every function it has. Words that the
// prototype does not have are looked for behind it, which loads the file that adds them to it.
var parts = {
  response: ' accepted badRequest unauthorized forbidden notFound notAcceptable rateLimited info success redirection ' +
    'clientError serverError error json withBody header body jsonBody jsonSchema responseTime ',
  more: ' NaN finite Arguments arguments extensible sealed frozen empty closeTo approximately instanceof instanceOf ' +
    'ownProperty haveOwnProperty ownPropertyDescriptor haveOwnPropertyDescriptor match matches string key keys members oneOf ' +
    'throw throws Throw respondTo respondsTo satisfy satisfies change changes increase increases decrease decreases by '
};
Object.setPrototypeOf(proto, new Proxy(Object.prototype, {
  get: function (target, name, receiver) {
    for (var part in parts) {
      if (typeof name === 'string' && parts[part].indexOf(' ' + name + ' ') >= 0) {
        // Names in full: a test's files are found by what stands in its require() calls.
        if (part === 'more') { require('jslib:expect_more'); } else { require('jslib:expect_response'); }
        delete parts[part];
        return receiver[name];
      }
    }
    return Reflect.get(target, name, receiver);
  }
}));

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
property('exist exists', function (f) { test(this, f.value !== null && f.value !== undefined, 'to exist'); });
function isA(type) {
  var value = this.flags.value;
  var wanted = String(type).toLowerCase();
  var actual = value === null ? 'null' : value instanceof Error ? 'error' : typeName(value).toLowerCase();
  if (typeof value === 'function') { actual = /function/.test(actual) ? actual : 'function'; }
  var article = /^[aeiou]/.test(wanted) ? 'an ' : 'a ';
  test(this, actual === wanted || (wanted === 'function' && typeof value === 'function'), 'to be ' + article + wanted);
}
both('a an', isA);

both('include includes contain contains', function (item) {
  var f = this.flags;
  var found = require('jslib:expect_equal').contains(f.value, item, f.deep);
  if (found === null) {
    if (f.value === null || typeof f.value !== 'object' || item === null || typeof item !== 'object') {
      throw new AssertionError('.include: expected ' + show(f.value) + ' to be text, a list, a Map, a Set or an object that is ' +
        'compared with an object');
    }
    found = Object.keys(item).every(function (key) {
      var place = f.nested ? require('jslib:expect_equal').at(f.value, key)
        : { found: f.own ? Object.prototype.hasOwnProperty.call(f.value, key) : key in f.value, value: f.value[key] };
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
function hasProperty(name, value) {
  var f = this.flags;
  if (f.value === null || f.value === undefined) { throw new AssertionError('.property: expected an object, got ' + show(f.value)); }
  var place = f.nested ? require('jslib:expect_equal').at(f.value, name)
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
method('status', function (wanted) {
  var response = responseOf(this, 'status');
  if (typeof wanted === 'number') {
    test(this, response.code === wanted, 'to have status code ' + wanted + ' but got ' + response.code, 'to not have status code ' + wanted);
  } else {
    test(this, response.status === wanted, 'to have status reason ' + show(wanted) + ' but got ' + show(response.status));
  }
});
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
// For the other parts.
exports.words = {
  property: property, method: method, both: both, hasProperty: hasProperty, responseOf: responseOf
};
