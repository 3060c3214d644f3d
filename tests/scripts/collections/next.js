// file: parts/next.json
// expect: A
// expect: C
// expect: C
// expect: C
// expect: B
// expect-metric: http_reqs.count == 5
// note: what runs is the collection
