// expect: ok caught Error alloc failed
// memory_kib: 512
try { return 'x'.padStart(100000000).length; } catch (e) { return 'caught ' + e.name + ' ' + e.message; }
