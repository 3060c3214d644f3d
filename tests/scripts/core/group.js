// expect: inner 42
// expect: undefined
// expect: caught Error: out of a group
// expect: TypeError: group: expected a name as the first argument
// expect: TypeError: group: expected a function as the second argument
var core = require('mockarty/core');
exports.default = function () {
  console.log(group('outer', function () {
    return core.group('inner', function () { return 'inner 42'; });
  }));
  console.log(group('nothing', function () {}));
  try { group('bad', function () { throw new Error('out of a group'); }); } catch (e) { console.log('caught', String(e)); }
  try { group(); } catch (e) { console.log(String(e)); }
  try { group('x', 5); } catch (e) { console.log(String(e)); }
};
