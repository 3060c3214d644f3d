// The global mk of legacy scripts.
var core = require('mockarty/core');
var state = require('jslib:legacy').state;
var http = require('mockarty/http');

function fill(value) {
  if (typeof value === 'string') {
    return value.indexOf('{{') < 0 ? value : require('jslib:legacy_variables').substitute(value);
  }
  return value;
}
function fillParams(params) {
  if (!params || !params.headers) { return params; }
  var filled = {};
  var used = false;
  Object.keys(params.headers).forEach(function (name) {
    filled[name] = fill(params.headers[name]);
    used = used || filled[name] !== params.headers[name];
  });
  if (!used) { return params; }
  var copy = {};
  Object.keys(params).forEach(function (name) { copy[name] = params[name]; });
  copy.headers = filled;
  return copy;
}
// One request; what pm.response and pm.request show from here on.
function send(method, url, body, params) {
  state.begin();
  url = fill(url);
  params = fillParams(params);
  var response = http.request(method, url, fill(body), params);
  state.received({ method: method, url: url, headers: (params && params.headers) || {}, body: body }, response);
  return response;
}

var methods = {};
['get', 'head', 'options', 'del'].forEach(function (name) {
  var method = name === 'del' ? 'DELETE' : name.toUpperCase();
  methods[name] = function (url, params, third) {
    return third === undefined || third === null ? send(method, url, null, params) : send(method, url, params, third);
  };
});
methods['delete'] = methods.del;
['post', 'put', 'patch'].forEach(function (name) {
  methods[name] = function (url, body, params) { return send(name.toUpperCase(), url, body, params); };
});
methods.request = function (method, url, body, params) { return send(String(method).toUpperCase(), url, body, params); };
// What has no older form is that of the module.
Object.keys(http).forEach(function (name) {
  if (!methods[name] && name !== 'default') { methods[name] = http[name]; }
});

var mk = exports;
mk.http = methods;
mk.check = core.check;
mk.sleep = core.sleep;
mk.group = core.group;
mk.fail = core.fail;
mk.test = function (name, test) { return require('jslib:legacy_pm').runTest('mk.test', name, test); };

// mk.env('NAME'), mk.env.NAME, mk.env.get('NAME')
function variable(name) { return __ENV[name]; }
variable.get = variable;
variable.has = function (name) { return __ENV[name] !== undefined; };
Object.keys(__ENV).forEach(function (name) {
  Object.defineProperty(variable, name, { value: __ENV[name], writable: true, configurable: true, enumerable: true });
});
mk.env = variable;

mk.log = function () { console.log.apply(console, arguments); };
['debug', 'info', 'warn', 'error'].forEach(function (level) {
  mk.log[level] = function () { console[level].apply(console, arguments); };
});
