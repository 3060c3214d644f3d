// expect: sync first
// expect: caught no
// expect: finally
// expect: work 3
// expect: got /x
// expect: 3,5,5
// expect: total 3
const wait = (v) => new Promise((resolve) => resolve(v));
async function work(n) {
  const a = await wait(n);
  const b = await (a + 1);
  return a + b;
}
work(1).then((v) => print('work', v));
(async () => {
  try {
    await Promise.reject(new Error('no'));
  } catch (e) {
    print('caught', e.message);
  } finally {
    print('finally');
  }
  const all = await Promise.all([work(1), work(2), 5]);
  print(all.join());
})();
class Api {
  async get(path) { return (await wait('got ')) + path; }
  static async make() { return new Api(); }
}
Api.make().then((api) => api.get('/x')).then(print);
async function* numbers() { yield 1; yield await wait(2); }
(async () => {
  let total = 0;
  for await (const n of numbers()) total += n;
  print('total', total);
})();
print('sync first');
