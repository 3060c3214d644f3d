// expect: ok RangeError.*
var d=0; function f(){ d++; [1].forEach(f); } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
