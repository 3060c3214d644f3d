// expect: throws RangeError: execution timeout
// asks: 3
return [].includes.call({length:4294967295}, 1);
