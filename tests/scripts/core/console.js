// expect: text 1 true null undefined
// expect: {"a":1,"b":[1,2]}
// expect: ünïcödé 😀
// expect: [object Object]
exports.default = function () {
  console.log('text', 1, true, null, undefined);
  console.info({ a: 1, b: [1, 2] });
  console.warn('ünïcödé 😀');
  var cycle = {};
  cycle.self = cycle;
  try { console.error(cycle); } catch (e) { console.log(String({})); }
};
