// file: parts/circle.json
// expect-error: A: more than 10000 requests in one pass: setNextRequest() goes round in a circle
// note: what runs is the collection
