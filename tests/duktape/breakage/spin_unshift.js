// expect: throws RangeError: execution timeout
// asks: 3
[].unshift.call({length:4294967290}, 1);
