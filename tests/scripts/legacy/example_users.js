// file: ../../../docs/examples/legacy/users.js
// expect-checks: 3/0
// expect-metric: http_reqs.count == 2
// note: an example of the documentation
