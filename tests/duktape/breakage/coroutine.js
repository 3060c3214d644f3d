// expect: ok 2,20
var th=new Duktape.Thread(function(x){ var r=Y(); var y=Duktape.Thread.yield(r+x); Y(); return y*2; }); var a=Duktape.Thread.resume(th,1); Y(); var b=Duktape.Thread.resume(th,10); return a+','+b;
