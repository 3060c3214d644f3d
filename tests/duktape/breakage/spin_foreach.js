// expect: throws RangeError: execution timeout
// asks: 3
[].forEach.call({length:4294967295}, function () {});
