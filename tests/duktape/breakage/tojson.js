// expect: ok \{"a":1,"b":\["z"\],"c":1\}\{"q":1,"w":\[2\]\}\{"a":\[1,2\]\}
var o={a:{toJSON:function(){return Y();}},b:[{toJSON:function(){Y();return 'z'}}],c:1}; return JSON.stringify(o)+JSON.stringify({q:1,w:[2]},function(k,v){Y();return v;})+JSON.stringify(JSON.parse('{"a":[1,2]}',function(k,v){Y();return v;}));
