// Variables as Postman has them: five scopes, {{name}} in texts. The narrowest scope wins: local, data, environment,
// collection, global.
var state = require('jslib:legacy').state;
var given = require('made:variables.json');

var MAX_PASSES = 20;         // variables of variables
var MAX_LENGTH = 16777216;   // characters of a text that was filled in
var MAX_VARIABLES = 10000;   // of a scope

function show(value) {
  if (typeof value === 'string') { return value; }
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function Scope(name, pairs) {
  this.name = name;
  this.values = Object.create(null);
  this.count = 0;
  for (var i = 0; i < pairs.length; ++i) { this.set(pairs[i][0], pairs[i][1]); }
}
Scope.prototype.has = function (key) { return this.values[key] !== undefined; };
Scope.prototype.get = function (key) { return this.values[key]; };
Scope.prototype.set = function (key, value) {
  if (key === undefined || key === null || key === '') { throw new TypeError('variables: expected a name, got ' + show(key)); }
  if (this.values[key] === undefined && ++this.count > MAX_VARIABLES) {
    throw new RangeError('variables: a scope has at most ' + MAX_VARIABLES);
  }
  this.values[key] = value;
};
Scope.prototype.unset = function (key) {
  if (this.values[key] !== undefined) { --this.count; }
  delete this.values[key];
};
Scope.prototype.clear = function () { this.values = Object.create(null); this.count = 0; };
Scope.prototype.toObject = function () {
  var copy = {};
  for (var key in this.values) { copy[key] = this.values[key]; }
  return copy;
};
Scope.prototype.toJSON = function () { return this.toObject(); };
Scope.prototype.replaceIn = function (value) {
  var scope = this;
  return replaceAll(value, function (key) { return scope.values[key]; });
};

var local = new Scope('local', []);
var environment = new Scope(given.environment.name, given.environment.values);
var globals = new Scope(given.globals.name, given.globals.values);
var collection = new Scope('collection', []);

// The row of this iteration; rows are handed out round and round.
var rows = null;
var row = null;
function readRows() {
  var data = require('mockarty/data');
  return data.SharedArray('iteration data', function () {
    var text = require('made:rows.json');
    if (typeof text !== 'string') { return text; }
    var parsed = require('jslib:papaparse').parse(text, { header: true, skipEmptyLines: true });
    if (parsed.errors.length > 0) {
      var first = parsed.errors[0];
      throw new Error('iteration data: ' + first.message + (first.row === undefined ? '' : ' (row ' + first.row + ')'));
    }
    if (parsed.data.length === 0) { throw new Error('iteration data: the file has no rows'); }
    return parsed.data;
  });
}
if (given.rows !== '') { rows = readRows(); }

function data() {
  state.begin();
  if (row === null) {
    var pairs = [];
    if (rows !== null) {
      var values = rows[require('k6/execution').scenario.iterationInTest % rows.length];
      Object.keys(values).forEach(function (key) { pairs.push([key, values[key]]); });
    }
    row = new Scope('data', pairs);
  }
  return row;
}
// What belongs to one iteration only.
state.onIteration = function () { row = null; local.clear(); };

function lookup(key) {
  state.begin();
  var value = local.values[key];
  if (value === undefined && rows !== null) { value = data().values[key]; }
  if (value === undefined) { value = environment.values[key]; }
  if (value === undefined) { value = collection.values[key]; }
  if (value === undefined) { value = globals.values[key]; }
  // Of the command line, the widest of all.
  return value === undefined && Object.prototype.hasOwnProperty.call(__ENV, key) ? __ENV[key] : value;
}

function fill(text, find) {
  var length = 0;
  for (var pass = 0; pass < MAX_PASSES && text.indexOf('{{') >= 0; ++pass) {
    var changed = false;
    length = 0;
    text = text.replace(/\{\{([^{}]+)\}\}/g, function (whole, key) {
      var value = find(key);
      if (value === undefined) { value = find(key.trim()); }
      if (value === undefined && key.charAt(0) === '$') { value = require('jslib:legacy_dynamic').make(key.substring(1)); }
      if (value === undefined) { return whole; }
      value = show(value);
      length += value.length;
      if (length > MAX_LENGTH) { throw new RangeError('a text with its variables has more than ' + MAX_LENGTH + ' characters'); }
      changed = true;
      return value;
    });
    if (!changed) { break; }
  }
  return text;
}
// Texts inside of lists and objects, too; copies what it changes.
function replaceAll(value, find, depth) {
  depth = depth || 0;
  if (typeof value === 'string') { return value.indexOf('{{') < 0 ? value : fill(value, find); }
  if (value === null || typeof value !== 'object' || depth > 100) { return value; }
  if (Array.isArray(value)) { return value.map(function (each) { return replaceAll(each, find, depth + 1); }); }
  var copy = {};
  Object.keys(value).forEach(function (key) { copy[key] = replaceAll(value[key], find, depth + 1); });
  return copy;
}

exports.local = local;
exports.environment = environment;
exports.globals = globals;
exports.collection = collection;
exports.data = data;
exports.rows = rows;
exports.lookup = lookup;
exports.substitute = function (text) { return fill(text, lookup); };
exports.replaceIn = function (value) { return replaceAll(value, lookup); };
exports.show = show;
exports.fillCollection = function (pairs) { pairs.forEach(function (pair) { collection.set(pair[0], pair[1]); }); };
// All scopes as one object, narrower ones over wider ones.
exports.all = function () {
  state.begin();
  var merged = {};
  [globals, collection, environment, data(), local].forEach(function (scope) {
    for (var key in scope.values) { merged[key] = scope.values[key]; }
  });
  return merged;
};
