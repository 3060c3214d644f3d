// expect: ok RangeError.*
var d=0; function f(){ d++; String(1.1e-300/d); parseFloat('1.2345e-301'); new Date(2020,1,d).toISOString(); JSON.stringify({a:[{b:1.5/d}]}); JSON.parse('{"a":[{"b":1.5e-10}]}'); 'abc'.replace(/(a)(b)/g,'$2$1'); [1].forEach(f); } try { f(); } catch(e){ return e.name+' '+e.message+' depth='+d+' '+(e.stack||'').length; }
