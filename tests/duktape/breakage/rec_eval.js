// expect: ok RangeError.*
var d=0; globalThis.f=function(){ d++; eval('f()'); }; try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
