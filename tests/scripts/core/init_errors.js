// expect-init-error: init_errors.js:4: TypeError
exports.default = function () {};
var nothing;
nothing.property;
