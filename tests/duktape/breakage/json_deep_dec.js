// expect: ok RangeError.*
var s=''; for(var i=0;i<50000;i++) s+='['; try { return JSON.parse(s).length; } catch(e){ return e.name+' '+e.message; }
