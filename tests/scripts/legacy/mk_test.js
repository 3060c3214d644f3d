// expect-check: passes 1/0
// expect-check: truthy is not asked for 1/0
// expect-check: returns false 0/1
// expect-check: throws 0/1
// expect-check: a plain check 1/0
// expect-check: ::login::inside 1/0
// expect: true false
// expect: test "returns false" failed: it returned false
// expect: test "throws" failed: Error: no
// console: unordered
var first = mk.test('passes', function () { return true; });
var second = mk.test('returns false', function () { return false; });
mk.log(first, second);
mk.test('truthy is not asked for', function () {});
mk.test('throws', function () { throw new Error('no'); });
mk.check(1, { 'a plain check': function (v) { return v === 1; } });
mk.group('login', function () { mk.test('inside', function () {}); });
