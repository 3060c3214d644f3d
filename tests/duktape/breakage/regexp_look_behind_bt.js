// expect: throws RangeError: execution timeout
// asks: 3
var s=''; for(var i=0;i<40;i++) s+='a'; return new RegExp('(?<=(?:(?:a+)+b))c|(?:(?:a+)+)+b','u').test(s);
