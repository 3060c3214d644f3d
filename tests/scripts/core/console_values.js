// expect: 
// expect: undefined null NaN -0 1e+21
// expect: {"nested":{"list":[1,[2]]}} [1,"two",null]
// expect: true function
// expect: Symbol(s)
// expect: {}
export default function () {
  console.log();
  console.log(undefined, null, NaN, '-0', 1e21);
  console.log({ nested: { list: [1, [2]] } }, [1, 'two', undefined]);
  console.log(true, typeof console.log);
  console.log(Symbol('s'));
  console.log({ f() {} });
}
