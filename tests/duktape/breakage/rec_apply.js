// expect: ok RangeError.*
var d=0; function f(){ d++; var q=Reflect.apply(f, null, [])+1; return q; } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
