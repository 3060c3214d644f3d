// args: --vus 80 --iterations 80
// run: cli
// expect-exit: 0
// expect-checks: 100%
// note: words are loaded in parts; each virtual user has a heap of its own and begins with another word
function F() {}
function bad() { throw new TypeError('the reason'); }
function args() { return arguments; }
var counter = { n: 1 };
mk.http.get(__ENV.TARGET + '/');
var words = {
  NaN: function (e) { e(NaN).to.be.NaN; }, finite: function (e) { e(1).to.be.finite; },
  Arguments: function (e) { e(args()).to.be.Arguments; }, arguments: function (e) { e(args()).to.be.arguments; },
  extensible: function (e) { e({}).to.be.extensible; }, sealed: function (e) { e(Object.seal({})).to.be.sealed; },
  frozen: function (e) { e(Object.freeze({})).to.be.frozen; }, empty: function (e) { e([]).to.be.empty; },
  closeTo: function (e) { e(1).to.be.closeTo(1.1, 0.2); }, approximately: function (e) { e(1).to.be.approximately(1.1, 0.2); },
  instanceof: function (e) { e(new F()).to.be.an.instanceof(F); }, instanceOf: function (e) { e(new F()).to.be.instanceOf(F); },
  ownProperty: function (e) { e({ a: 1 }).to.have.ownProperty('a', 1); },
  haveOwnProperty: function (e) { e({ a: 1 }).to.haveOwnProperty('a'); },
  ownPropertyDescriptor: function (e) { e({ a: 1 }).to.have.ownPropertyDescriptor('a'); },
  haveOwnPropertyDescriptor: function (e) { e({ a: 1 }).to.haveOwnPropertyDescriptor('a'); },
  match: function (e) { e('abc').to.match(/b/); }, matches: function (e) { e('abc').matches(/b/); },
  string: function (e) { e('abc').to.have.string('b'); },
  key: function (e) { e({ a: 1 }).to.have.key('a'); }, keys: function (e) { e({ a: 1, b: 2 }).to.include.keys('a'); },
  members: function (e) { e([{ a: 1 }]).to.have.deep.members([{ a: 1 }]); }, oneOf: function (e) { e(2).to.be.oneOf([1, 2]); },
  throw: function (e) { e(bad).to.throw('reason'); }, throws: function (e) { e(bad).throws(TypeError); },
  Throw: function (e) { e(bad).to.Throw(); },
  respondTo: function (e) { e({ f: F }).to.respondTo('f'); }, respondsTo: function (e) { e({ f: F }).respondsTo('f'); },
  satisfy: function (e) { e(1).to.satisfy(isFinite); }, satisfies: function (e) { e(1).satisfies(isFinite); },
  change: function (e) { e(function () { ++counter.n; }).to.change(counter, 'n').by(1); },
  changes: function (e) { e(function () { ++counter.n; }).changes(counter, 'n'); },
  increase: function (e) { e(function () { ++counter.n; }).to.increase(counter, 'n'); },
  increases: function (e) { e(function () { ++counter.n; }).increases(counter, 'n'); },
  decrease: function (e) { e(function () { --counter.n; }).to.decrease(counter, 'n'); },
  decreases: function (e) { e(function () { --counter.n; }).decreases(counter, 'n'); },
  accepted: function () { pm.response.to.not.be.accepted; }, badRequest: function () { pm.response.to.not.be.badRequest; },
  unauthorized: function () { pm.response.to.not.be.unauthorized; }, forbidden: function () { pm.response.to.not.be.forbidden; },
  notFound: function () { pm.response.to.not.be.notFound; }, notAcceptable: function () { pm.response.to.not.be.notAcceptable; },
  rateLimited: function () { pm.response.to.not.be.rateLimited; }, info: function () { pm.response.to.not.be.info; },
  success: function () { pm.response.to.be.success; }, redirection: function () { pm.response.to.not.be.redirection; },
  clientError: function () { pm.response.to.not.be.clientError; }, serverError: function () { pm.response.to.not.be.serverError; },
  error: function () { pm.response.to.not.be.error; }, json: function (e) { e(json()).to.be.json; },
  withBody: function (e) { e(json()).to.be.withBody; }, header: function (e) { e(json()).to.have.header('content-type'); },
  body: function (e) { e(json()).to.have.body(/page/); }, jsonBody: function (e) { e(json()).to.have.jsonBody('page', '2'); },
  jsonSchema: function (e) { e({ a: 1 }).to.have.jsonSchema({ required: ['a'] }); },
  responseTime: function (e) { e(pm.response).to.have.responseTime.below(60000); },
  ok: function (e) { pm.response.to.be.ok; e(1).to.be.ok; }, status: function () { pm.response.to.have.status(200); },
  equal: function (e) { e(1).to.equal(1); }, eql: function (e) { e({ a: [1] }).to.eql({ a: [1] }); },
  deepInclude: function (e) { e([{ a: 1 }]).to.deep.include({ a: 1 }); },
  nested: function (e) { e({ a: { b: [7] } }).to.have.nested.property('a.b[0]', 7); },
  nestedInclude: function (e) { e({ a: { b: [7] } }).to.nested.include({ 'a.b[0]': 7 }); },
  afterAnd: function (e) { e('abc').to.be.a('string').and.match(/b/).and.include('c'); },
  afterStep: function (e) { e([1]).to.be.an('array').that.is.not.empty; },
  unknown: function (e) { e(1).to.not.have.property('x'); if (e(1).to.nonsense !== undefined) { throw new Error('nonsense'); } },
  ofObjects: function (e) { if (!e(1).hasOwnProperty('flags') || String(e(1)) !== '[object Object]') { throw new Error('no object'); } }
};
// An answer with a JSON body.
function json() {
  return { isPostmanResponse: true, code: 200, headers: { has: function () { return true; }, get: function () { return 'x'; } },
    text: function () { return '{"page":"2"}'; }, json: function () { return { page: '2' }; } };
}
var names = Object.keys(words);
for (var i = 0; i < names.length; ++i) {
  (function (name) {
    pm.test(name, function () { words[name](pm.expect); });
  })(names[(i + __VU) % names.length]);
}
