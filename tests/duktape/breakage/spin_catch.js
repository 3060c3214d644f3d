// expect: throws RangeError: execution timeout
// asks: 3
while(true){ try { while(true){} } catch(e) { } finally { while(true){} } }
