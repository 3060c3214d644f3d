// expect: throws RangeError: execution timeout
// asks: 3
var x = (1n << 200000n) - 1n; for (var i = 0; i < 100; i++) String(x * x);
