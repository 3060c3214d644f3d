// expect: Error: unknown module "k6/nothing"; this version has k6, 
// expect: Error: cannot load "https://jslib.k6.io/x.js": modules are not fetched from remote addresses
// expect: Error: cannot load "./helper.js": it is none of the test's files; those are what a file imports by a name that is written out
// expect: TypeError: require: expected the name of a module as a string
exports.default = function () {
  ['k6/nothing', 'https://jslib.k6.io/x.js', './helper.js', 5].forEach(function (name) {
    try { require(name); } catch (e) { console.log(String(e).split('k6, ')[0] + (/has/.test(e) ? 'k6, ' : '')); }
  });
};
