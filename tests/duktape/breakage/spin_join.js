// expect: throws RangeError: execution timeout
// asks: 3
return [].join.call({length:2147483647, 5:1}, '').length;
