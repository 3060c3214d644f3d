// expect: ok RangeError.*
var a = []; for (var i = 0; i < 50000; i++) a = [a]; try { return a.flat(Infinity).length; } catch (e) { return e.name + ' ' + e.message; }
