// run: cli
// expect-init-error: expected an address such as 10.0.0.1 or 10.0.0.1:8080, got "b.test"
exports.options = { hosts: { 'a.test': 'b.test' } };
exports.default = function () {};
