// file: parts/version_1.json
// expect-init-error: parts/version_1.json: neither a Postman collection (a list `item`) nor a HAR file (an object `log`)
// note: what runs is the collection
