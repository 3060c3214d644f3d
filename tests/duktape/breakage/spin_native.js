// expect: throws RangeError: execution timeout
// asks: 3
return Array.prototype.indexOf.call({length:2147483647},1);
