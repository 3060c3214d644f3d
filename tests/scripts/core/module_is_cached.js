// expect-checks: 100%
const first = require('mockarty/core');
module.exports.default = function () {
  check(null, {
    'one object': require('mockarty/core') === first,
    'a default for imports': require('k6/http').default === require('k6/http'),
  });
};
