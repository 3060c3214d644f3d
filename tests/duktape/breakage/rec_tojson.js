// expect: ok RangeError.*
var d=0; var o={toJSON:function(){ d++; return JSON.stringify(o); }}; try { JSON.stringify(o); } catch(e){ return e.name+' '+e.message+' depth='+d; }
