// expect: throws RangeError: execution timeout
// asks: 3
try { return /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'); } catch(e){ return e.name+' '+e.message; }
