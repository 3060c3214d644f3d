// expect-check: promise that passes 1/0
// expect-check: promise that fails 0/1
// expect-check: done 1/0
// expect-check: done with an error 0/1
// expect-check: async function 1/0
// console: ignore
pm.test('promise that passes', function () { return Promise.resolve(); });
pm.test('promise that fails', function () { return Promise.reject(new Error('late')); });
pm.test('done', function (done) { setTimeout(function () { done(); done(new Error('again')); }, 1); });
pm.test('done with an error', function (done) { setTimeout(function () { done(new Error('late')); }, 1); });
pm.test('async function', async () => { await null; pm.expect(1).to.equal(1); });
