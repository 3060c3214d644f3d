// The global pm, and what was there before it: postman, tests, responseBody and their like. ES5.
var state = require('jslib:legacy').state;
var native = require('mockarty/legacy');
var variables = require('jslib:legacy_variables');
// Loaded when they are needed: each costs a heap some tens of kilobytes.
function parts() { return require('jslib:legacy_response'); }

var MAX_LOGGED = 100;   // tests whose failure is written out

// Of the first virtual user only, and each test once: a load of failures is in the figures, not in the output.
var logged = {};
var loggedCount = 0;
function log(name, error) {
  if (__VU !== 1 || logged[name] || loggedCount >= MAX_LOGGED) { return; }
  logged[name] = true;
  ++loggedCount;
  var where = state.item ? state.item.path + ': ' : '';
  console.warn(where + 'test "' + name + '" failed: ' + (error && error.name ? error.name + ': ' + error.message : String(error)));
}

function record(name, passed, error) {
  native.check(name, passed);
  if (!passed) { log(name, error); }
}

// Runs a test and counts it; what it throws goes no further. `word` stands in messages.
function runTest(word, name, test) {
  if (typeof test !== 'function') {
    throw new TypeError(word + ': expected a function as the second argument, got ' + variables.show(test));
  }
  name = String(name);
  var settled = false;
  function settle(passed, error) {
    if (settled) { return; }
    settled = true;
    record(name, passed, error);
  }
  try {
    if (test.length > 0 && word === 'pm.test') {
      state.begin();
      state.pending.push(function () { settle(false, new Error('done() was not called')); });
      test(function (error) { settle(!error, error); });
      return true;
    }
    var result = test();
    if (result !== null && typeof result === 'object' && typeof result.then === 'function') {
      result.then(function (value) { settle(value !== false, 'it returned false'); }, function (error) { settle(false, error); });
      return true;
    }
    settle(word !== 'mk.test' || result !== false, 'it returned false');
    return word !== 'mk.test' || result !== false;
  } catch (error) {
    if (native.interrupted()) { throw error; }  // the end of the run is no failure
    settle(false, error);
    return false;
  }
}

// A scope as scripts see it.
function view(scope) {
  return {
    name: scope.name,
    get: function (key) { return scope.get(key); },
    has: function (key) { return scope.has(key); },
    set: function (key, value) { scope.set(key, value); },
    unset: function (key) { scope.unset(key); },
    clear: function () { scope.clear(); },
    toObject: function () { return scope.toObject(); },
    toJSON: function () { return scope.toObject(); },
    replaceIn: function (value) { return scope.replaceIn(value); }
  };
}

function response() {
  state.begin();
  if (state.response === null && state.raw !== null) { state.response = new (parts().Response)(state.raw); }
  return state.response === null ? undefined : state.response;
}
function request() {
  state.begin();
  if (state.request === null) {
    var sent = state.sent;
    if (sent !== null) {
      var headers = Object.keys(sent.headers).map(function (name) { return [name, sent.headers[name]]; });
      var given = state.spec && state.spec.body;
      var body = given && given.mode !== 'raw' ? given
        : typeof sent.body === 'string' ? { mode: 'raw', text: sent.body } : undefined;
      state.request = new (parts().Request)({ method: sent.method, url: sent.url, headers: headers, body: body });
    } else if (state.spec !== null) {
      state.request = new (parts().Request)(state.spec);
    }
  }
  return state.request === null ? undefined : state.request;
}

function setNext(name) {
  if (name !== null && typeof name !== 'string') {
    throw new TypeError('setNextRequest: expected the name of a request or null, got ' + variables.show(name));
  }
  state.next = name;
}

var skipSignal = { skip: true };

function currentUrl(word) {
  if (state.sent !== null) { return state.sent.url; }
  if (state.spec !== null) { return variables.replaceIn(request().url.toString()); }
  throw new Error(word + ': no request was sent yet');
}
function readCookies(url) {
  var found = require('mockarty/http').cookieJar().cookiesForURL(url);
  return new (parts().PropertyList)(Object.keys(found).map(function (name) { return [name, found[name][0]]; }));
}
function jar() {
  var cookies = require('mockarty/http').cookieJar();
  function answer(callback, value) {
    if (typeof callback === 'function') { callback(null, value); }
    return Promise.resolve(value);
  }
  return {
    set: function (url, name, value, callback) {
      if (name !== null && typeof name === 'object') { callback = value; value = name.value; name = name.name || name.key; }
      cookies.set(variables.replaceIn(url), String(name), variables.show(value));
      return answer(callback, undefined);
    },
    get: function (url, name, callback) { return answer(callback, readCookies(variables.replaceIn(url)).get(name)); },
    getAll: function (url, options, callback) {
      return answer(typeof options === 'function' ? options : callback, readCookies(variables.replaceIn(url)).all());
    },
    unset: function (url, name, callback) {
      cookies['delete'](variables.replaceIn(url), String(name));
      return answer(callback, undefined);
    },
    clear: function (url, callback) { cookies.clear(variables.replaceIn(url)); return answer(callback, undefined); }
  };
}

// The request goes out at once; the callback is called before this returns.
function sendRequest(given, callback) {
  var sender = require('jslib:legacy_request');
  var failure = null;
  var answer = null;
  try {
    var raw = sender.send(sender.prepare(sender.specOf(given)));
    if (raw.error && raw.status === 0) { failure = new Error(raw.error); } else { answer = new (parts().Response)(raw); }
  } catch (error) {
    if (native.interrupted() || error instanceof TypeError) { throw error; }
    failure = error;
  }
  if (typeof callback === 'function') { callback(failure, answer === null ? undefined : answer); return undefined; }
  return failure === null ? Promise.resolve(answer) : Promise.reject(failure);
}

function data() { return variables.data(); }

var pm = {
  test: function (name, test) { runTest('pm.test', name, test); return pm; },
  environment: view(variables.environment),
  globals: view(variables.globals),
  collectionVariables: view(variables.collection),
  variables: {
    get: function (key) { return variables.lookup(key); },
    has: function (key) { return variables.lookup(key) !== undefined; },
    set: function (key, value) { state.begin(); variables.local.set(key, value); },
    unset: function (key) { variables.local.unset(key); },
    clear: function () { variables.local.clear(); },
    toObject: function () { return variables.all(); },
    replaceIn: function (value) { return variables.replaceIn(value); }
  },
  iterationData: {
    get: function (key) { return data().get(key); },
    has: function (key) { return data().has(key); },
    set: function (key, value) { data().set(key, value); },
    unset: function (key) { data().unset(key); },
    toObject: function () { return data().toObject(); },
    toJSON: function () { return data().toObject(); }
  },
  sendRequest: sendRequest,
  execution: {
    setNextRequest: setNext,
    skipRequest: function () {
      if (state.event !== 'prerequest') { throw new Error('pm.execution.skipRequest: only before the request is sent'); }
      state.skip = true;
      throw skipSignal;
    }
  },
  setNextRequest: setNext,
  visualizer: { set: function () {}, clear: function () {} },
  require: function (name) { throw new Error('pm.require: packages are not fetched, not even "' + name + '"'); }
};
pm.test.skip = function () { return pm; };

function lazy(object, name, get) { Object.defineProperty(object, name, { configurable: true, enumerable: true, get: get }); }
Object.defineProperty(pm, 'expect', {
  configurable: true, enumerable: true,
  get: function () {
    var expect = require('jslib:expect').expect;
    Object.defineProperty(pm, 'expect', { value: expect, enumerable: true });
    return expect;
  }
});
lazy(pm, 'response', response);
lazy(pm, 'request', request);
lazy(pm, 'info', function () {
  return {
    eventName: state.event,
    iteration: __ITER,
    iterationCount: variables.rows === null ? 1 : variables.rows.length,
    requestName: state.item ? state.item.name : undefined,
    requestId: state.item ? state.item.id : undefined
  };
});
lazy(pm, 'cookies', function () {
  var cookies = readCookies(currentUrl('pm.cookies'));
  cookies.jar = jar;
  return cookies;
});
lazy(pm.execution, 'location', function () {
  var path = state.item ? state.item.path.split(' / ') : [];
  path.current = path[path.length - 1];
  return path;
});

exports.pm = pm;
exports.runTest = runTest;
exports.skipSignal = skipSignal;

exports.postman = {
  setEnvironmentVariable: function (key, value) { variables.environment.set(key, value); },
  getEnvironmentVariable: function (key) { return variables.environment.get(key); },
  clearEnvironmentVariable: function (key) { variables.environment.unset(key); },
  clearEnvironmentVariables: function () { variables.environment.clear(); },
  setGlobalVariable: function (key, value) { variables.globals.set(key, value); },
  getGlobalVariable: function (key) { return variables.globals.get(key); },
  clearGlobalVariable: function (key) { variables.globals.unset(key); },
  clearGlobalVariables: function () { variables.globals.clear(); },
  setNextRequest: setNext,
  getResponseHeader: function (name) { return response() && response().headers.get(name); },
  getResponseCookie: function (name) {
    var cookie = response() && response().cookies.one(name);
    return cookie ? { name: cookie.key, value: cookie.value } : undefined;
  }
};

// tests['name'] = value counts when it is assigned.
exports.tests = function () {
  state.begin();
  if (state.tests === null) {
    state.tests = new Proxy({}, {
      set: function (target, name, value) {
        target[name] = value;
        record(String(name), !!value, 'it is ' + variables.show(value));
        return true;
      }
    });
  }
  return state.tests;
};

exports.old = function (name) {
  var received = response();
  var sent = request();
  switch (name) {
    case 'environment': return variables.environment.toObject();
    case 'globals': return variables.globals.toObject();
    case 'data': return data().toObject();
    case 'iteration': return __ITER;
    case 'request':
      return sent && { method: sent.method, url: sent.url.toString(), headers: sent.headers.toObject(), data: sent.body.toString() };
    default: break;
  }
  if (!received) { return undefined; }
  switch (name) {
    case 'responseBody': return received.text();
    case 'responseCode': return { code: received.code, name: received.status, detail: received.status };
    case 'responseHeaders': return received.headers.toObject();
    case 'responseTime': return received.responseTime;
    default: return received.cookies.all().map(function (each) { return { name: each.key, value: each.value }; });
  }
};
