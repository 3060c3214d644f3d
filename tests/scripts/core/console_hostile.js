// expect: 1 {"a":"1n"} ["2n"]
// expect: 1 {"b":"2n"}
// expect: [object Object] [object without a text]
// expect: [object Object] [object Object] [object Object]
// expect: Symbol(s) Symbol()
// expect: going on
// note: whatever is shown, a console call does not throw
function cycle(o) { o.o = o; return o; }
export default function () {
  console.log(1n, { a: 1n }, [2n]);
  console.log(Object(1n), { b: Object(2n) });
  console.log(cycle({}), cycle(Object.create(null)));
  console.log({ toJSON() { throw new Error('no'); } }, { get stack() { throw new Error('no'); }, toJSON() { throw 1; } }, { get a() { throw 1; } });
  console.log(Symbol('s'), Symbol());
  console.log('going on');
}
