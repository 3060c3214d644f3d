// expect: ok RangeError.*
var d=0; var o={toString:function(){ d++; return ''+o; }}; try { return ''+o; } catch(e){ return e.name+' '+e.message+' depth='+d; }
