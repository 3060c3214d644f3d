// run: cli
// expect-init-error: options.hosts: expected names such as
exports.options = { hosts: { 'no name': '1.2.3.4' } };
exports.default = function () {};
