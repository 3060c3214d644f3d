// expect: throws RangeError: execution timeout
// asks: 3
[].fill.call(new Proxy({length:4294967295}, {set: function () { return true; }}), 0);
