// file: parts/order.json
// expect: collection pre
// expect: folder pre List
// expect: item pre prerequest List
// expect: collection test
// expect: folder test
// expect: item test test
// expect: collection pre
// expect: folder pre One
// expect: collection test
// expect: folder test
// expect: collection pre
// expect: collection test
// expect-check: ::Users::status is 200 1/0
// expect-check: ::Users::Inner::one 1/0
// expect-metric: http_reqs.count == 3
// expect-metric: group_duration.count == 2
// expect-output: Users / Inner / One
// note: what runs is the collection
