// error: native script
// error-line: 6
var list = [1, 2, 3];
list.forEach(function (v) {
  if (v === 2) {
    throw new Error('native script');
  }
});
