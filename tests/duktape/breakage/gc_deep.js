// expect: ok freed
var o=null; for(var i=0;i<300000;i++) o={n:o}; Duktape.gc(); o=null; Duktape.gc(); return 'freed';
