// JSON Schema, the part of drafts 4 to 7 that tests of collections use. ES5. Unknown words are not looked at; references
// lead inside of the schema only.
var equals = require('jslib:expect').equals;
var show = require('jslib:expect').show;

var MAX_DEPTH = 200;

function typeOf(value) {
  if (value === null) { return 'null'; }
  if (Array.isArray(value)) { return 'array'; }
  return typeof value;
}
function fits(type, value) {
  return type === 'integer' ? typeof value === 'number' && Math.floor(value) === value : typeOf(value) === type;
}
function has(object, key) { return Object.prototype.hasOwnProperty.call(object, key); }

function resolve(root, reference) {
  if (typeof reference !== 'string' || reference.charAt(0) !== '#') {
    throw new Error('schema: expected a $ref inside of the schema (#/...), got ' + show(reference));
  }
  var place = root;
  reference.substring(1).split('/').slice(1).forEach(function (part) {
    part = decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~');
    if (place === null || typeof place !== 'object' || !has(place, part)) { throw new Error('schema: there is no ' + reference); }
    place = place[part];
  });
  return place;
}

// What is wrong, with the place, or null.
function check(schema, value, at, root, depth) {
  if (depth > MAX_DEPTH) { throw new RangeError('schema: it nests more than ' + MAX_DEPTH + ' deep'); }
  if (schema === true || schema === undefined) { return null; }
  if (schema === false) { return at + ' is not allowed'; }
  if (schema === null || typeof schema !== 'object') { throw new TypeError('schema: expected an object, got ' + show(schema)); }
  if (has(schema, '$ref')) { return check(resolve(root, schema.$ref), value, at, root, depth + 1); }
  function inner(part, inside, place) { return check(part, inside, place, root, depth + 1); }
  if (has(schema, 'type')) {
    var types = [].concat(schema.type);
    if (!types.some(function (type) { return fits(type, value); })) {
      return at + ' is not of type ' + types.join(' or ') + ', it is ' + show(value);
    }
  }
  if (has(schema, 'enum') && !schema['enum'].some(function (each) { return equals(each, value); })) { return at + ' is none of ' + show(schema['enum']); }
  if (has(schema, 'const') && !equals(schema['const'], value)) { return at + ' is not ' + show(schema['const']); }
  return (typeof value === 'number' ? checkNumber(schema, value, at) : null) ||
    (typeof value === 'string' ? checkText(schema, value, at) : null) ||
    (Array.isArray(value) ? checkList(schema, value, at, inner) : null) ||
    (typeOf(value) === 'object' ? checkObject(schema, value, at, inner) : null) ||
    checkCombined(schema, value, at, inner);
}
function checkNumber(schema, value, at) {
  var exclusiveMin = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum : schema.exclusiveMinimum ? schema.minimum : undefined;
  var exclusiveMax = typeof schema.exclusiveMaximum === 'number' ? schema.exclusiveMaximum : schema.exclusiveMaximum ? schema.maximum : undefined;
  if (value < schema.minimum || value <= exclusiveMin) { return at + ' is too small: ' + value; }
  if (value > schema.maximum || value >= exclusiveMax) { return at + ' is too large: ' + value; }
  if (schema.multipleOf > 0 && Math.abs(value / schema.multipleOf - Math.round(value / schema.multipleOf)) > 1e-9) {
    return at + ' is no multiple of ' + schema.multipleOf;
  }
  return null;
}
function checkText(schema, value, at) {
  if (value.length < schema.minLength) { return at + ' is too short: ' + show(value); }
  if (value.length > schema.maxLength) { return at + ' is too long: ' + show(value); }
  if (has(schema, 'pattern') && !new RegExp(schema.pattern).test(value)) { return at + ' does not match ' + schema.pattern; }
  return null;
}
function checkList(schema, value, at, inner) {
  if (value.length < schema.minItems) { return at + ' has too few items: ' + value.length; }
  if (value.length > schema.maxItems) { return at + ' has too many items: ' + value.length; }
  for (var i = 0; i < value.length; ++i) {
    var item = Array.isArray(schema.items) ? (i < schema.items.length ? schema.items[i] : schema.additionalItems) : schema.items;
    var problem = inner(item, value[i], at + '[' + i + ']');
    if (problem) { return problem; }
    if (schema.uniqueItems && value.slice(0, i).some(function (other) { return equals(other, value[i]); })) {
      return at + '[' + i + '] is there twice';
    }
  }
  if (has(schema, 'contains') && !value.some(function (each) { return inner(schema.contains, each, at) === null; })) {
    return at + ' does not contain what it must';
  }
  return null;
}
function checkObject(schema, value, at, inner) {
  var keys = Object.keys(value);
  var missing = (Array.isArray(schema.required) ? schema.required : []).filter(function (key) { return !has(value, key); });
  if (missing.length > 0) { return at + ' has no ' + missing.join(', '); }
  if (keys.length < schema.minProperties) { return at + ' has too few properties'; }
  if (keys.length > schema.maxProperties) { return at + ' has too many properties'; }
  var properties = schema.properties || {};
  var patterns = schema.patternProperties || {};
  for (var i = 0; i < keys.length; ++i) {
    var key = keys[i];
    var known = has(properties, key);
    var problem = known ? inner(properties[key], value[key], at + '.' + key) : null;
    var names = Object.keys(patterns);
    for (var k = 0; !problem && k < names.length; ++k) {
      if (new RegExp(names[k]).test(key)) { known = true; problem = inner(patterns[names[k]], value[key], at + '.' + key); }
    }
    if (!problem && !known) { problem = inner(schema.additionalProperties, value[key], at + '.' + key); }
    if (problem) { return problem; }
  }
  return null;
}
function checkCombined(schema, value, at, inner) {
  function passes(part) { return inner(part, value, at) === null; }
  for (var i = 0; schema.allOf && i < schema.allOf.length; ++i) {
    var problem = inner(schema.allOf[i], value, at);
    if (problem) { return problem; }
  }
  if (schema.anyOf && !schema.anyOf.some(passes)) { return at + ' fits none of anyOf'; }
  if (schema.oneOf && schema.oneOf.filter(passes).length !== 1) { return at + ' does not fit exactly one of oneOf'; }
  if (has(schema, 'not') && passes(schema.not)) { return at + ' fits what it must not'; }
  if (has(schema, 'if')) { return inner(passes(schema['if']) ? schema.then : schema['else'], value, at); }
  return null;
}

exports.validate = function (schema, value) { return check(schema, value, 'the value', schema, 0); };
// The names of the validator that older collections use.
exports.tv4 = {
  error: null,
  validate: function (value, schema) {
    var problem = exports.validate(schema, value);
    exports.tv4.error = problem === null ? null : { message: problem };
    return problem === null;
  },
  validateResult: function (value, schema) {
    var problem = exports.validate(schema, value);
    return { valid: problem === null, error: problem === null ? null : { message: problem }, missing: [] };
  }
};
