// expect: true true
// expect: false
// expect: order a,b,c
// expect: values true false
// expect: getter true
// expect: array true
// expect: caught Error: inside
// expect: TypeError: check: expected an object of named conditions as the second argument
exports.default = function () {
  console.log(check(1, { 'is one': function (v) { return v === 1; } }), check({}, {}));
  console.log(check(1, { 'is one': function (v) { return v === 1; }, 'is two': function (v) { return v === 2; } }));
  var order = [];
  check(null, {
    c1: function () { order.push('a'); return true; },
    c2: function () { order.push('b'); return true; },
    c3: function () { order.push('c'); return true; }
  });
  console.log('order', order.join());
  console.log('values', check(0, { yes: true, alsoYes: 'x' }), check(0, { no: 0 }));
  console.log('getter', check(3, { get dynamic() { return function (v) { return v === 3; }; } }));
  console.log('array', check(3, [function (v) { return v === 3; }]));
  try {
    check(1, { throws: function () { throw new Error('inside'); } });
  } catch (e) {
    console.log('caught', String(e));
  }
  try { check(1); } catch (e) { console.log(String(e)); }
};
