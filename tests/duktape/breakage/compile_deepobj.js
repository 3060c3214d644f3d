// expect: ok RangeError.*
var s=''; for(var i=0;i<9000;i++) s+='[{a:'; s+='1'; for(i=0;i<9000;i++) s+='}]'; try { return typeof eval('('+s+')'); } catch(e){ return e.name+' '+e.message; }
