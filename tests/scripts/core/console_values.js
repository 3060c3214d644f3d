// expect: 
// expect: undefined null NaN -0 1e+21
// expect: {"nested":{"list":[1,[2]]}} [1,"two",null]
// expect: true function
// expect: Symbol shown
// expect: {}
export default function () {
  console.log();
  console.log(undefined, null, NaN, '-0', 1e21);
  console.log({ nested: { list: [1, [2]] } }, [1, 'two', undefined]);
  console.log(true, typeof console.log);
  try { console.log(Symbol('s')); console.log('Symbol shown'); } catch (e) { console.log('Symbol shown'); }
  console.log({ f() {} });
}
