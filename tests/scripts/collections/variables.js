// file: parts/variables.json
// expect: /users/7?a=v%20%26&bare 200
// expect: 7 a b 7 undefined 36
// note: what runs is the collection
