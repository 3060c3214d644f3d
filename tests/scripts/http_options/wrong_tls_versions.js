// run: cli
// expect-init-error: expected a min that is not above max
exports.options = { tlsVersion: { min: 'tls1.3', max: 'tls1.2' } };
exports.default = function () {};
