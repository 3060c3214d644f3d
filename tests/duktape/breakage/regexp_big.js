// expect: ok RangeError the regular expression needs too much memory here
var s=new Array(600000).join('ab'); try { return /^(?:(a)|(b)|(c))*$/.test(s) ; } catch(e){ return e.name+' '+e.message; }
