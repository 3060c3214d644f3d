// expect: start
// expect: 201
// expect: 1
// expect-error: top_level_await.js:7:31: TypeError
mk.log('start'); const first = await pm.sendRequest('{{BASE_URL}}/status/201'); mk.log(first.code);
for await (const each of [1]) mk.log(each);
const none = await null; none.x;
