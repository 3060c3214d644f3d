// expect: ok RangeError prototype chain limit
var p={}; for(var i=0;i<20000;i++) p=Object.create(p); try { return p.zzz; } catch(e){ return e.name+' '+e.message; }
