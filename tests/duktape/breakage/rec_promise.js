// expect: ok RangeError.*
function f() { return new Promise(function (ok) { f(); ok(); }); } f(); var d = 0; function g() { d++; [1].find(g); } try { g(); } catch (e) { return e.name + ' ' + e.message + ' depth=' + d; }
