// file: parts/async.json
// expect: late 200
// expect: First: test "never done" failed: Error: done() was not called
// expect: 202
// expect-check: never done 0/1
// expect-check: async 1/0
// note: what runs is the collection
