// expect-init-error: has `await` at its top level; use import
var late = require('./parts/awaits.js');
exports.default = function () { return late; };
