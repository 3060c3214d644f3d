// expect: ok 2/5/2/str/foo/a1b1
var o={get x(){return Y()+1;}, set x(v){Y(); this._x=v;}, valueOf:function(){return Y();}, toString:function(){Y();return 'str';}}; o.x=5; var p=new Proxy({}, {get:function(t,k){Y();return k;}}); return o.x+'/'+o._x+'/'+(o*2)+'/'+String(o)+'/'+p.foo+'/'+'aXbX'.replace(/X/g,function(){return Y();});
