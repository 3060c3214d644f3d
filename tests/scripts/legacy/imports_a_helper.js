// expect: helper saw mk: function 3
// note: files that a legacy script requires run once, and see the globals
const { sum } = require('./parts/helper');
mk.log(sum(1, 2));
