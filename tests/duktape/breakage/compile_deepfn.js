// expect: ok RangeError.*
var s=''; for(var i=0;i<5000;i++) s+='(function(){'; s+='1'; for(i=0;i<5000;i++) s+='})'; try { return typeof eval(s); } catch(e){ return e.name+' '+e.message; }
