// Loops of native code that ask for the deadline now: results stay the same.
// differs: sticky: stock Duktape knows no flag y
// differs: dotAll: nor s
R('indexOf', function () { return [[1, 2, 3].indexOf(3), [1].indexOf(2), [1, 2, 1].lastIndexOf(1), [1, 2].indexOf(1, -1), Array.prototype.indexOf.call({length: 3, 2: 'x'}, 'x')]; });
R('join', function () { return [[1, null, [2, 3]].join('-'), [].join(), new Array(3).join('x')]; });
R('sort', function () { return [[3, 1, 2].sort(), [3, , undefined, 1].sort(), [3, 1, 10].sort(function (a, b) { return a - b; }), ['b', 'a'].sort()]; });
R('sort large', function () { var a = [], i; for (i = 0; i < 5000; i++) a.push((i * 7919) % 5003); a.sort(function (x, y) { return x - y; }); for (i = 1; i < a.length; i++) if (a[i - 1] > a[i]) return 'wrong at ' + i; return 'sorted'; });
R('reverse', function () { return [[1, 2, 3].reverse(), [1, , 3, 4].reverse()]; });
R('splice', function () { var a = [1, 2, 3, 4, 5]; return [a.splice(1, 2, 'x'), a, a.splice(0, 0, 'y', 'z'), a]; });
R('slice concat', function () { return [[1, 2, 3].slice(1), [1].concat([2, [3]], 4)]; });
R('shift unshift', function () { var a = [1, 2, 3]; return [a.shift(), a.unshift('p', 'q'), a]; });
R('iteration', function () { var out = []; [1, , 3].forEach(function (x, i) { out.push(x, i); }); return [out, [1, 2].map(String), [1, 2].filter(function (x) { return x > 1; }), [1].every(Boolean), [0].some(Boolean), [1, 2, 3].reduce(function (a, b) { return a + b; }), [1, 2, 3].reduceRight(function (a, b) { return a + '' + b; })]; });
R('long', function () { var s = new Array(100001).join('ab'); return [s.length, s.indexOf('ba', 100), s.lastIndexOf('ab'), s.split('ab').length, s.replace('ab', '').length, s.replace(/b/g, '').length]; });
R('regexps', function () { return [/(a+)(b?)/.exec('xaab'), 'a1b2'.replace(/\d/g, function (d) { return d * 2; }), 'a,b;c'.split(/[,;]/), /^(?:a|b)*$/.test('abab'), /(?=x)x(?!y)/.test('xz'), 'aBc'.match(/b/i).index, 'x\ny'.match(/^y/m)[0]]; });
R('backtracking', function () { return /^(a+)+$/.test('aaaaaaaaaaaaaaaab'); });
R('lastIndex', function () { var r = /a/g; r.test('ba'); return [r.lastIndex, r.test('ba'), r.lastIndex]; });
R('flags', function () { return [/x/gim.flags, /x/.flags, String(/x/g)]; });
R('bad flag', function () { return new RegExp('x', 'q'); });
R('sticky', function () { return new RegExp('a', 'y').flags; });
R('dotAll', function () { return new RegExp('.', 's').test('\n'); });
R('deep source', function () { return eval(new Array(200).join('(') + '1' + new Array(200).join(')')); });
R('syntax error', function () { eval('var a = ;'); });
R('line numbers', function () { try { eval('\n\nthrow new Error("x")'); } catch (e) { return e.lineNumber; } });
