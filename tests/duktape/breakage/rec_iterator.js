// expect: ok RangeError.*
var o = {}; o[Symbol.iterator] = function () { return Array.from(o)[Symbol.iterator](); }; try { Array.from(o); } catch (e) { return e.name + ' ' + e.message; }
