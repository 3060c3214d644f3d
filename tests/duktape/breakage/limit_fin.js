// expect: ok RangeError.*
var d=0; function f(){ d++; var o={}; Duktape.fin(o,function(x){ [1,2].forEach(function(){JSON.stringify({a:{}});}); }); o=null; [1].forEach(f); } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d; }
