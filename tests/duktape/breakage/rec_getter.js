// expect: ok RangeError.*
var d=0; var o={get x(){ d++; return o.x; }}; try { return o.x; } catch(e){ return e.name+' '+e.message+' depth='+d; }
