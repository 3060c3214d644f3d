// expect: ok 3000000
// preempt
var s=0; for(var i=0;i<3000000;i++) s+=i%3; return s;
