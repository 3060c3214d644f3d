// expect: throws RangeError: execution timeout
// asks: 3
while(true){}
