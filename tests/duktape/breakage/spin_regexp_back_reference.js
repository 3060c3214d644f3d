// expect: throws RangeError: execution timeout
// asks: 3
return /^(a+)(?:\1|b)*c$/.test(new Array(20001).join('a'));
