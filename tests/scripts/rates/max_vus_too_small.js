// run: cli
// args: --workers 1
// expect-init-error: options.maxVUs: expected at least the 10 of vus, got 5
module.exports.options = { rps: 10, vus: 10, maxVUs: 5 };
module.exports.default = function () {};
