// expect: throws RangeError: execution timeout
// asks: 3
for (;;) { try { [].reverse.call({length:4294967295}); } catch (e) {} }
