// expect: ok 200,true
function f(n){ if(n==0){ var r=http.get('http://x/'); return r.status; } return [n].map(function(){return f(n-1);})[0]; } return f(8)+','+k6.check(http.get('http://x/'),{'a':function(r){Y();return r.status===200;},'b':function(){try{YT();}catch(e){return true;}}});
