// run: cli
// expect-init-error: options.batch: expected
exports.options = { batch: 0 };
exports.default = function () {};
