// expect: ok SyntaxError invalid regular expression: .*
var s=''; for(var i=0;i<20000;i++) s+='('; s+='a'; for(i=0;i<20000;i++) s+=')'; try { return new RegExp(s).test('a'); } catch(e){ return e.name+' '+e.message; }
