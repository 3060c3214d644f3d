// run: cli
// expect-exit: 1
// expect-output: tlsCipherSuites: "TLS_BEST" is not known
exports.options = { tlsCipherSuites: ['TLS_BEST'] };
exports.default = function () {};
