// expect: throws RangeError: execution timeout
// asks: 3
[].sort.call({length:2147483647}, function () { return 0; });
