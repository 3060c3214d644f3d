// expect: ok 4000002
// preempt
var s=0; [1,2].forEach(function(){ try { for(var i=0;i<1500000;i++) s+=i%3; JSON.stringify({toJSON:function(){ for(var i=0;i<500000;i++) s++; return 1;}}); } finally { s++; } }); return s;
