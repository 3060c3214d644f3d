var log = [];
function note(name) { return function (v) { log.push(name + ':' + show(v)); return v; }; }
Promise.resolve(1).then(note('then')).then(note('then2'));
new Promise(function (ok) { ok(2); ok(3); throw new Error('ignored'); }).then(note('once'));
new Promise(function () { throw new TypeError('bad'); }).catch(note('caught'));
Promise.reject(4).then(note('never'), note('rejected')).then(note('recovered'));
Promise.reject(5).finally(function () { log.push('finally'); return 9; }).catch(note('passes'));
Promise.resolve(6).finally(function () { throw 7; }).catch(note('finally throws'));
Promise.resolve({then: function (ok) { ok('thenable'); }}).then(note('thenable'));
Promise.resolve({then: function (ok, no) { no('refuses'); }}).catch(note('thenable'));
Promise.resolve({get then() { throw 'getter'; }}).catch(note('thenable'));
var self = new Promise(function (ok) { setSelf = ok; }); var setSelf; setSelf(self); self.catch(function (e) { log.push('self:' + e.name); });
Promise.resolve(1).then(5).then(note('passes through'));
A('order', function () { return log; }, '["then:1","once:2","caught:TypeError: bad","rejected:4","finally","thenable:getter","self:TypeError","then2:1","recovered:4","finally throws:7","thenable:thenable","thenable:refuses","passes through:1","passes:5"]');

var order = [];
Promise.resolve().then(function () { order.push(1); }).then(function () { order.push(4); });
queueMicrotask(function () { order.push(2); });
Promise.resolve().then(function () { order.push(3); });
order.push(0);
A('microtasks in order', function () { return order; }, '[0,1,2,3,4]');

var results = {};
function keep(name) { return [function (v) { results[name] = ['ok', v]; }, function (e) { results[name] = ['no', e instanceof Error ? e.name : e]; }]; }
function watch(name, promise) { var k = keep(name); promise.then(k[0], k[1]); }
var slow = new Promise(function (ok) { Promise.resolve().then(function () { return Promise.resolve(); }).then(function () { ok('slow'); }); });
watch('all', Promise.all([slow, 2, Promise.resolve(3)]));
watch('all empty', Promise.all([]));
watch('all rejects', Promise.all([slow, Promise.reject('r'), 1]));
watch('all of a set', Promise.all(new Set([1, 2])));
watch('all of a number', Promise.all(5));
watch('allSettled', Promise.allSettled([1, Promise.reject('x')]));
watch('race', Promise.race([slow, Promise.resolve('fast')]));
watch('any', Promise.any([Promise.reject(1), slow]));
watch('any none', Promise.any([Promise.reject(1), Promise.reject(2)]));
watch('any empty', Promise.any([]));
A('all', function () { return results['all']; }, '["ok",["slow",2,3]]');
A('all empty', function () { return results['all empty']; }, '["ok",[]]');
A('all rejects', function () { return results['all rejects']; }, '["no","r"]');
A('all of a set', function () { return results['all of a set']; }, '["ok",[1,2]]');
A('all of a number', function () { return results['all of a number']; }, '["no","TypeError"]');
A('allSettled', function () { return results['allSettled']; }, '["ok",[{status:"fulfilled",value:1},{status:"rejected",reason:"x"}]]');
A('race', function () { return results['race']; }, '["ok","fast"]');
A('any', function () { return results['any']; }, '["ok","slow"]');
A('any none', function () { return results['any none']; }, '["no","AggregateError"]');
A('any empty', function () { return results['any empty']; }, '["no","AggregateError"]');
var errors; Promise.any([Promise.reject(1), Promise.reject(2)]).catch(function (e) { errors = [e.errors, e instanceof AggregateError, e instanceof Error, typeof e.message]; });
A('AggregateError of any', function () { return errors; }, '[[1,2],true,true,"string"]');
T('AggregateError', function () { var e = new AggregateError([1, 2], 'both'); return [String(e), e.errors, Object.keys(e), AggregateError('x').errors]; }, '["AggregateError: both",[1,2],[],["x"]]');

T('resolve returns the same', function () { var p = Promise.resolve(1); return Promise.resolve(p) === p; }, 'true');
T('needs new', function () { Promise(function () {}); }, 'throws TypeError');
T('needs an executor', function () { new Promise(); }, 'throws TypeError');
T('then needs a Promise', function () { Promise.prototype.then.call({}); }, 'throws TypeError');
T('executor runs at once', function () { var ran = 0; new Promise(function () { ran++; }); return ran; }, '1');
T('tag and names', function () { return [String(Promise.resolve()), Promise.length, Promise.prototype.then.length, Promise.prototype.finally.name]; }, '["[object Promise]",1,2,"finally"]');

// A subclass in ES5 clothes: derived promises are of the subclass.
function Mine(executor) { var p = new Promise(executor); Object.setPrototypeOf(p, Mine.prototype); return p; }
Mine.prototype = Object.create(Promise.prototype, {constructor: {value: Mine, writable: true, configurable: true}});
Object.setPrototypeOf(Mine, Promise);
var mine = []; var derived = new Mine(function (ok) { ok(1); }).then(function (v) { mine.push(v); return 2; });
mine.push(derived instanceof Mine, Mine.resolve(5) instanceof Mine); derived.then(function (v) { mine.push(v); });
Mine.all([1, 2]).then(function (v) { mine.push(v); });
A('subclass', function () { return mine; }, '[true,true,1,2,[1,2]]');
var d = Promise.withResolvers(), settled; d.promise.then(function (v) { settled = v; }); d.resolve('later');
A('withResolvers', function () { return settled; }, 'later');
