// file: parts/refused.json
// expect: code 0
// expect: Refused: test "is up" failed: AssertionError: expected response to have status code 200 but got 0
// expect-check: is up 0/1
// note: what runs is the collection
