// expect: ok RangeError.*
var o=1; for(var i=0;i<50000;i++) o=[o]; try { return JSON.stringify(o).length; } catch(e){ return e.name+' '+e.message; }
