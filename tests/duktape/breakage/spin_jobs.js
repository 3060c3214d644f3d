// expect: throws RangeError: execution timeout
// asks: 3
for (;;) new Promise(function (ok) { ok(1); }).then(function () {});
