// expect: throws RangeError: execution timeout
// asks: 3
return [].slice.call({length:2147483647}).length;
