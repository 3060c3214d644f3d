// expect: throws (Error: alloc failed|DoubleError: error in error handling)
// memory_kib: 2048
var a=[]; while(true) a.push({x:new Array(100).join('ab'+a.length)});
