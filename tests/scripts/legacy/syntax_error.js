// expect-init-error: syntax_error.js:3:9
mk.log(1);
var x = ;
