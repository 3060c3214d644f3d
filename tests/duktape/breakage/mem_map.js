// expect: ok caught (Error alloc failed|DoubleError error in error handling)
// memory_kib: 512
var m = new Map(); try { for (var i = 0; ; i++) m.set(i, {}); } catch (e) { var n = m.size; m = null; return n > 100 ? 'caught ' + e.name + ' ' + e.message : 'too few: ' + n; }
