// expect: throws TypeError: thrown after resume
[1].forEach(function(){ Y(); http.get('http://x/'); YT(); });
