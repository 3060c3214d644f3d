// expect: ok true
var s=new Array(200000).join('a'); try { return /^(?:a|b)*$/.test(s); } catch(e){ return e.name+' '+e.message; }
