// expect-checks: 100%
pm.test('equality', function () {
  pm.expect(1).to.equal(1); pm.expect(1).to.eq(1); pm.expect(1).to.not.equal('1');
  pm.expect({ a: [1, { b: 2 }] }).to.eql({ a: [1, { b: 2 }] });
  pm.expect({ a: 1 }).to.deep.equal({ a: 1 }); pm.expect({ a: 1 }).to.not.equal({ a: 1 });
  pm.expect(NaN).to.eql(NaN); pm.expect(-0).to.not.eql(0);
  pm.expect(new Date(5)).to.eql(new Date(5)); pm.expect(/a/g).to.eql(/a/g);
  pm.expect(new Map([[1, { a: 1 }]])).to.eql(new Map([[1, { a: 1 }]]));
  pm.expect(new Set([1, 2])).to.eql(new Set([2, 1]));
  var a = { n: 1 }; a.self = a; var b = { n: 1 }; b.self = b;
  pm.expect(a).to.eql(b);
});
pm.test('kinds', function () {
  pm.expect('x').to.be.a('string'); pm.expect([]).to.be.an('array'); pm.expect({}).to.be.an('object');
  pm.expect(null).to.be.a('null'); pm.expect(undefined).to.be.an('undefined'); pm.expect(function () {}).to.be.a('function');
  pm.expect(new Date()).to.be.a('date'); pm.expect(/x/).to.be.a('regexp'); pm.expect(new Error('e')).to.be.an('error');
  pm.expect([]).to.be.an('array').that.is.empty; pm.expect(new Error('e')).to.be.instanceOf(Error);
  pm.expect(true).to.be.true; pm.expect(false).to.be.false; pm.expect(null).to.be.null; pm.expect(undefined).to.be.undefined;
  pm.expect(NaN).to.be.NaN; pm.expect(0).to.exist; pm.expect(null).to.not.exist; pm.expect('').to.be.empty; pm.expect({}).to.be.empty;
  pm.expect(1).to.be.ok; pm.expect(0).to.not.be.ok; pm.expect(1).to.be.finite;
});
pm.test('numbers', function () {
  pm.expect(5).to.be.above(4).and.below(6); pm.expect(5).to.be.at.least(5); pm.expect(5).to.be.at.most(5);
  pm.expect(5).to.be.within(1, 5); pm.expect(1.5).to.be.closeTo(1, 0.6); pm.expect(5).to.be.greaterThan(4);
  pm.expect(5).to.be.lessThan(6); pm.expect(new Date(2)).to.be.above(new Date(1));
  pm.expect('abc').to.have.lengthOf(3); pm.expect([1, 2]).to.have.length(2); pm.expect([1, 2]).to.have.lengthOf.above(1);
});
pm.test('contents', function () {
  pm.expect('abc').to.include('b').and.not.include('x'); pm.expect([1, 2]).to.contain(2);
  pm.expect([{ a: 1 }]).to.deep.include({ a: 1 }); pm.expect({ a: 1, b: 2 }).to.include({ a: 1 });
  pm.expect({ a: { b: [7] } }).to.have.nested.property('a.b[0]', 7); pm.expect({ a: 1 }).to.have.property('a').that.is.a('number');
  pm.expect({ a: 1 }).to.have.property('a', 1); pm.expect({ a: 1 }).to.not.have.property('b');
  pm.expect({ a: { b: 1 } }).to.have.deep.property('a', { b: 1 }); pm.expect({ a: 1 }).to.have.own.property('a');
  pm.expect({ a: 1, b: 2 }).to.have.keys('a', 'b'); pm.expect({ a: 1, b: 2 }).to.have.all.keys(['a', 'b']);
  pm.expect({ a: 1, b: 2 }).to.have.any.keys('a', 'z'); pm.expect({ a: 1, b: 2 }).to.include.keys('a');
  pm.expect([1, 2, 3]).to.have.members([3, 2, 1]); pm.expect([1, 2, 3]).to.include.members([3]);
  pm.expect([1, 2]).to.have.ordered.members([1, 2]); pm.expect([{ a: 1 }]).to.have.deep.members([{ a: 1 }]);
  pm.expect(2).to.be.oneOf([1, 2]); pm.expect('abc').to.match(/b/); pm.expect('abc').to.have.string('bc');
  pm.expect([3, 4]).to.satisfy(function (list) { return list.length === 2; });
});
pm.test('functions', function () {
  function bad() { throw new TypeError('the reason'); }
  pm.expect(bad).to.throw(); pm.expect(bad).to.throw('reason'); pm.expect(bad).to.throw(TypeError, /reason$/);
  pm.expect(function () {}).to.not.throw(); pm.expect({ f: function () {} }).to.respondTo('f');
  var o = { n: 1 }; pm.expect(function () { o.n += 2; }).to.increase(o, 'n').by(2);
});
