// expect: ok RangeError.*
var chain=null; for(var i=0;i<5000;i++) chain={a:[{b:chain}]}; var d=0,n=0; function f(){ d++; if(d%3==0){ Duktape.gc(); n++; } [1].forEach(f); } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d+' gcs='+n; }
