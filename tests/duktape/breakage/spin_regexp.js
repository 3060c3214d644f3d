// expect: throws RangeError: execution timeout
// asks: 3
return /^(a+)+$/.test(new Array(32).join('a')+'b');
