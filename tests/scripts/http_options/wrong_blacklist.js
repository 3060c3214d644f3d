// run: cli
// expect-init-error: options.blacklistIPs: expected addresses such as
exports.options = { blacklistIPs: ['10.0.0.0/33'] };
exports.default = function () {};
