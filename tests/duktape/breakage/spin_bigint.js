// expect: throws RangeError: execution timeout
// asks: 3
var x = 1n; for (;;) { try { x = x * 3n % (1n << 900n) + BigInt(String(x)); } catch (e) {} }
