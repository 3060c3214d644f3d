// expect: throws TypeError: invalid args
var f={x:1}; for(var i=0;i<20000;i++) f=new Proxy(f,{get:function(t,k){return t[k];}}); try { return f.x; } catch(e){ return e.name+' '+e.message; }
