// file: parts/cookies.json
// expect: 1
// expect: {"a":"1"}
// note: what runs is the collection
