// file: parts/redirect.json
// expect: 302
// expect: 200
// note: what runs is the collection
