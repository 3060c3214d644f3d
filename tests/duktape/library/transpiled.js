// What transpilers make of ES2015+: classes, generators as state machines, async functions, spread, destructuring.
function iterableToArray(it) { if (typeof Symbol !== 'undefined' && it[Symbol.iterator] != null || it['@@iterator'] != null) return Array.from(it); }
T('spread of iterables', function () { return [].concat(iterableToArray(new Set([1, 2])), iterableToArray('ab'), iterableToArray(new Map([[1, 2]]))); }, '[1,2,"a","b",[1,2]]');

function makeIterator(steps) { var i = 0, it = {next: function () { return i < steps.length ? {value: steps[i++], done: false} : {value: undefined, done: true}; }, closed: 0, return: function () { it.closed++; return {}; }}; it[Symbol.iterator] = function () { return it; }; return it; }
T('generator object in Array.from, Map and Promise.all', function () { return [Array.from(makeIterator([1, 2])), new Map(makeIterator([['a', 1]])).get('a'), Object.fromEntries(makeIterator([['k', 'v']]))]; }, '[[1,2],1,{k:"v"}]');

function inherits(Sub, Super) { Sub.prototype = Object.create(Super.prototype, {constructor: {value: Sub, writable: true, configurable: true}}); Object.defineProperty(Sub, 'prototype', {writable: false}); Object.setPrototypeOf(Sub, Super); }
T('class with super calls', function () {
  function Base(x) { if (!(this instanceof Base)) throw new TypeError(); this.x = x; }
  Object.defineProperties(Base.prototype, {name: {get: function () { return 'base' + this.x; }, configurable: true}});
  function Sub() { var self = Base.call(this, 5) || this; return self; }
  inherits(Sub, Base);
  Object.defineProperty(Sub.prototype, 'name', {get: function () { return 'sub+' + Reflect.get(Object.getPrototypeOf(Sub.prototype), 'name', this); }});
  var s = new Sub();
  return [s.name, s instanceof Base, Object.getPrototypeOf(Sub) === Base];
}, '["sub+base5",true,true]');
T('Error subclass', function () {
  function HttpError(m) { var e = Error.call(this, m); Object.setPrototypeOf(e, HttpError.prototype); e.code = 5; return e; }
  inherits(HttpError, Error);
  HttpError.prototype.name = 'HttpError';
  var e = new HttpError('m');
  return [String(e), e instanceof HttpError, e instanceof Error, e.code, typeof e.stack];
}, '["HttpError: m",true,true,5,"string"]');
T('private fields', function () { var x = new WeakMap(); function C() { x.set(this, 1); } C.prototype.inc = function () { x.set(this, x.get(this) + 1); return x.get(this); }; var c = new C(); c.inc(); return [c.inc(), Object.keys(c)]; }, '[3,[]]');

var steps = [];
function asyncToGenerator(gen) { return new Promise(function (resolve, reject) { function step(key, arg) { var info; try { info = gen[key](arg); } catch (e) { reject(e); return; } if (info.done) resolve(info.value); else Promise.resolve(info.value).then(function (v) { step('next', v); }, function (e) { step('throw', e); }); } step('next'); }); }
var state = 0;
asyncToGenerator({next: function (v) { switch (state++) { case 0: steps.push('start'); return {value: Promise.resolve(1), done: false}; case 1: steps.push('got ' + v); return {value: Promise.reject('no'), done: false}; } }, throw: function (e) { steps.push('caught ' + e); return {value: 'end', done: true}; }}).then(function (v) { steps.push(v); });
steps.push('sync');
A('async function', function () { return steps; }, '["start","sync","got 1","caught no","end"]');
