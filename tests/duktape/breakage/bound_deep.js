// expect: ok 1
var f=function(){return 1}; for(var i=0;i<20000;i++) f=f.bind(null); try { return f(); } catch(e){ return e.name+' '+e.message; }
