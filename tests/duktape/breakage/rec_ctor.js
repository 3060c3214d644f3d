// expect: ok RangeError.*
var d=0; function F(){ d++; new F(); } try { new F(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
