// expect: ok RangeError.*
var o=1; for(var i=0;i<50000;i++) o=[o]; try { return CBOR.encode(o).byteLength; } catch(e){ return e.name+' '+e.message; }
