// run: cli
// expect-init-error: options.httpDebug: expected true, false or "full"
exports.options = { httpDebug: 5 };
exports.default = function () {};
