// expect-init-error: init_errors.js:4:9: TypeError
exports.default = function () {};
var nothing;
nothing.property;
