// expect: ok RangeError.*
var d=0; function f(){ d++; [2,1].sort(f); return 0; } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
