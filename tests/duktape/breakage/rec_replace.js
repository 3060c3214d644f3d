// expect: ok RangeError.*
var d=0; function f(){ d++; 'a'.replace(/a/, f); return 'a'; } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
