// run: cli
// console: run
// expect: 7
// expect: 7
module.exports.setup = function () { return 7; };
module.exports.default = function (data) { console.log(data); };
module.exports.teardown = function (data) { console.log(data); };
