// file: parts/bodies.json
// expect: raw {"n": 5} application/json
// expect: text plain text/plain
// expect: urlencoded a=5+%C3%A9&b=%26 application/x-www-form-urlencoded
// expect: graphql {"query":"{ me }","variables":{"n":5}} application/json
// expect: form {} multipart/form-data true 2 false
// expect: form with a file {} multipart/form-data true 2 true
// expect: file from the file application/octet-stream
// expect: disabled  undefined
// expect: 200
// note: what runs is the collection
