// expect: throws RangeError: execution timeout
// asks: 3
[].copyWithin.call({length:4294967295}, 1, 0);
