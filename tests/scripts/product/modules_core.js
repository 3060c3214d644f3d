// note: block under "Core utility functions. These are also available as globals" of the product's document, unchanged
// around: default
// replace: // Check — validate -> var response = { status: 200 }; // Check — validate
// expect-check: status is 200 1/0
// expect-error: Unexpected response
// expect-metric: group_duration.count == 1

var core = require('mockarty/core');
// Check — validate a value against named assertions
core.check(response, {
'status is 200': function (r) { return r.status === 200; },
});
// Sleep — pause execution for N seconds
core.sleep(1.5);
// Group — organize checks and requests into named groups
core.group('user login flow', function () {
// requests and checks inside the group
});
// Fail — immediately abort this iteration
core.fail('Unexpected response');
