// expect: throws RangeError: execution timeout
// asks: 3
var it = {}; it[Symbol.iterator] = function () { return {next: function () { return {done: false, value: 1}; }}; }; new Set(it);
