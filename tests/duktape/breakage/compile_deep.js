// expect: ok RangeError.*
var s=''; for(var i=0;i<20000;i++) s+='('; s+='1'; for(i=0;i<20000;i++) s+=')'; try { return eval(s); } catch(e){ return e.name+' '+e.message; }
