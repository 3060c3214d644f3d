// file: parts/auth.json
// expect: inherited Bearer ann-token
// expect: of the folder 200
// expect: none 401
// expect: v2.0 form Bearer old
// expect: k1
// expect: {"a":"1","k":"a b"}
// expect: oauth2 Bearer at
// expect: own header wins Mine
// expect: hawk undefined
// expect-output: warning: {HERE}/parts/auth.json: hawk: auth "hawk" is not supported: requests go without it
// note: what runs is the collection
