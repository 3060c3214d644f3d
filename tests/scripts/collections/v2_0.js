// file: parts/v2_0.json
// expect-check: ok 1/0
// expect-check: header 1/0
// note: what runs is the collection
