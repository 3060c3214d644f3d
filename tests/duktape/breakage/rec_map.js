// expect: ok RangeError.*
var m = new Map([[1, 1]]), d = 0; function f() { d++; m.forEach(f); } try { f(); } catch (e) { return e.name + ' ' + e.message + ' depth=' + d; }
