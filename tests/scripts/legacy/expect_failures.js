// console: ignore
// expect-output: expected 1 to equal 2
// expect-output: the sum: expected 3 to be above 4
// expect-output: expected [1,2] to include 5
// expect-output: expected {"a":1} to have property 'b'
// expect-output: expected 'x' to be a number
// expect-output: expected 'x' to be a number or a date
// expect-output: expected 1 to not equal 1
// expect-output: expected [1] to have a length of 2 but got 1
// expect-output: told so
// expect-checks: 0/9
function fails(name, f) { pm.test(name, f); }
fails('1', function () { pm.expect(1).to.equal(2); });
fails('2', function () { pm.expect(3, 'the sum').to.be.above(4); });
fails('3', function () { pm.expect([1, 2]).to.include(5); });
fails('4', function () { pm.expect({ a: 1 }).to.have.property('b'); });
fails('5', function () { pm.expect('x').to.be.a('number'); });
fails('6', function () { pm.expect('x').to.be.above(1); });
fails('7', function () { pm.expect(1).to.not.equal(1); });
fails('8', function () { pm.expect([1]).to.have.lengthOf(2); });
fails('9', function () { pm.expect.fail('told so'); });
