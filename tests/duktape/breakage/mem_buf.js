// expect: ok Error alloc failed
// memory_kib: 2048
try { var b=new Uint8Array(1<<30); return b.length; } catch(e){ return e.name+' '+e.message; }
