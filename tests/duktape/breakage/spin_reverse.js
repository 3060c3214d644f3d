// expect: throws RangeError: execution timeout
// asks: 3
[].reverse.call({length:4294967295});
