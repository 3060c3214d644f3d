// expect: ok RangeError.*
var d=0; var p=new Proxy({}, {get:function(t,k){ d++; return p[k]; }}); try { return p.x; } catch(e){ return e.name+' '+e.message+' depth='+d; }
