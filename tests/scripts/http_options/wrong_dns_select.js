// run: cli
// expect-init-error: options.dns.select: expected first, random or roundRobin, got "best"
exports.options = { dns: { select: 'best' } };
exports.default = function () {};
