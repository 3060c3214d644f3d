// run: cli
// expect-init-error: options.tlsVersion: expected tls1.0, tls1.1, tls1.2 or tls1.3, got "ssl3"
exports.options = { tlsVersion: 'ssl3' };
exports.default = function () {};
