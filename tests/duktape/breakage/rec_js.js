// expect: ok RangeError.*
var d=0; function f(){ d++; return f()+1; } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
