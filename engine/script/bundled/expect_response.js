// Words of expect.js about responses, but for have.status and be.ok; loaded with the first of them. ES5.
var core = require('jslib:expect');
var show = core.show;
var test = core.test;
var property = core.words.property;
var method = core.words.method;
var both = core.words.both;
var responseOf = core.words.responseOf;
function equals(a, b) { return require('jslib:expect_equal').equals(a, b); }
function at(value, path) { return require('jslib:expect_equal').at(value, path); }

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
