// file: parts/skip.json
// expect: B
// expect-metric: http_reqs.count == 1
// note: what runs is the collection
