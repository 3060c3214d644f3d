// expect: ok 10:4,2,3:1,3,5,9:6
var s=0; [1,2,3,4].forEach(function(x){ s+=Y()*x; }); var m=[3,1,2].map(function(x){return Y()+x;}); var so=[5,3,9,1].sort(function(a,b){Y();return a-b;}); return s+':'+m.join()+':'+so.join()+':'+[1,2,3].reduce(function(a,b){Y();return a+b;},0);
