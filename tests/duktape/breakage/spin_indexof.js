// expect: throws RangeError: execution timeout
// asks: 3
var s = new Array(200001).join('a'); return s.indexOf(new Array(100001).join('a') + 'b', 0) + s.split(new Array(100001).join('a') + 'b').length;
