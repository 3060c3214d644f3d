// expect: init
// expect: run 0
// expect: run 1
// args: --iterations 2
// note: exports of its own: the file runs once, and its options count
exports.options = { iterations: 2, vus: 1 };
mk.log('init');
exports['default'] = function () { mk.log('run', __ITER); pm.test('t', function () {}); };
