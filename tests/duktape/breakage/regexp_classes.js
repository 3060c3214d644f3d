// expect: ok SyntaxError invalid regular expression: too large
var s=''; for(var i=0;i<20000;i++) s+='\\p{L}'; try { return new RegExp(s,'u').test('a'); } catch(e){ return e.name+' '+e.message; }
