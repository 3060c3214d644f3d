// expect: throws RangeError: execution timeout
// asks: 3
return Array.from.call(function () { return {set length(v) {}}; }, {length:4294967295}, function () {}).length;
