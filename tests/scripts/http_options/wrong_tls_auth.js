// run: cli
// expect-init-error: expected a certificate in PEM form
exports.options = { tlsAuth: [{ domains: ['a.test'], cert: 'x', key: 'y' }] };
exports.default = function () {};
