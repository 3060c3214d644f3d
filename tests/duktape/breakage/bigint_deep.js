// expect: ok RangeError
// note: at every depth, what GMP needs of the native stack is there or refused
var a=3n**5000n, b=7n**90000n, c=1;
var o={valueOf:function(){ try { c+=a*a>0n?1:0; } catch(e){ if(e.name!=='RangeError') throw e; }
  try { String(b); b*b; b/a; } catch(e){ if(e.name!=='RangeError') throw e; } return +o; }};
try { return +o; } catch(e){ return e.name; }
