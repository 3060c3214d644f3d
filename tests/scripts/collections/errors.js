// file: parts/errors.json
// expect: goes on
// expect-error: parts/errors.json: Broken / Throws (test):3:3: ReferenceError
// expect-metric: http_reqs.count == 2
// note: what runs is the collection
