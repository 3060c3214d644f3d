// expect: throws RangeError: execution timeout
// asks: 3
return new RegExp('(?<=' + new Array(100001).join('a') + ')');
