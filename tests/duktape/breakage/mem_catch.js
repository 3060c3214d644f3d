// expect: ok caught (Error alloc failed|DoubleError error in error handling)
// memory_kib: 256
try { var a=[]; while(true) a.push({x:new Array(100).join('ab'+a.length)}); } catch(e) { a=null; return 'caught '+e.name+' '+e.message; }
