"""Takes the code blocks of the product's document that are tests of their own, or parts of one, into product/*.js.

    extract_product.py performance-testing.txt

The blocks are copied unchanged; only comment lines for run_scripts.py are put before them. Blocks that need a broker, a
database or a protocol of another module are left out. Where several blocks begin alike, the heading tells them apart.
"""

import os
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "product")

API = "replace: https://api.example.com -> {TARGET}"
ONE = "args: --vus 2 --iterations 4"
OPTIONS = "around: export default function () { http_get(); }"

# name, heading (a line before the block), first line, last line, lines of the header
BLOCKS = [
    ("first_test_k6", "Here is a minimal HTTP load test:", "import http from 'k6/http';", "}",
     [API, ONE, "expect-check: status is 200 4/0", "expect-check: response time < 500ms 4/0",
      "expect-metric: http_reqs.count == 4"]),
    ("first_test_native", "Or equivalently in Mockarty native format:", "var http = require('mockarty/http');", ("};", 2),
     [API, ONE, "expect-check: status is 200 4/0", "expect-check: response time < 500ms 4/0",
      "expect-metric: http_reqs.count == 4"]),
    ("stages", "Each stage has a duration and a target:", "export const options = {", "};",
     ["args: --iterations 3", "around: export default function () { check(options.stages.length, { stages: (n) => n === 3 }); }",
      "expect-checks: 3/0"]),
    ("modules_http", "HTTP client for REST API testing.", "var http = require('mockarty/http');",
     "http.request('CUSTOM_METHOD', url, body, params);",
     ["around: default", "replace: https://api.example.com -> {TARGET}",
      "replace: // Other methods -> var url = __ENV.TARGET + '/post', body = 'text', params = {};",
      "expect-metric: http_reqs.count == 8"]),
    ("modules_encoding", "Encoding/decoding utilities.", "var encoding = require('mockarty/encoding');",
     "var decoded = encoding.base64Decode('SGVsbG8sIFdvcmxkIQ=='); // → \"Hello, World!\"",
     ["around: exports.default = function () { check(0, { json: obj.name === 'Alice', text: str === '{\"name\":\"Alice\"}',"
      " encoded: encoded === 'SGVsbG8sIFdvcmxkIQ==', decoded: decoded === 'Hello, World!' }); };",
      "expect-checks: 4/0"]),
    ("modules_faker", "Fake data generation for realistic test payloads.", "var faker = require('mockarty/faker');", "};",
     ["around: exports.default = function () { check(0, { keys: Object.keys(user).length === 12,"
      " all: Object.keys(user).every(function (k) { return typeof user[k] === 'string' && user[k].length > 3; }) }); };",
      "expect-checks: 2/0"]),
    ("modules_data", "Shared data arrays for data-driven tests.", "var data = require('mockarty/data');", "};",
     [API, "args: --vus 3 --iterations 9", "expect-metric: http_reqs.count == 9", "expect-metric: http_req_failed.rate == 0"]),
    ("modules_core", "Core utility functions. These are also available as globals (check, sleep, group, fail), so importing "
     "the module is optional.", "var core = require('mockarty/core');", "core.fail('Unexpected response');",
     ["around: default", "replace: // Check — validate -> var response = { status: 200 }; // Check — validate",
      "expect-check: status is 200 1/0", "expect-error: Unexpected response", "expect-metric: group_duration.count == 1"]),
    ("custom_metrics_globals", "Create custom metrics as globals:", "// Counter — accumulates a total",
     "myGauge.add(7);",
     ["around: default", "expect-metric: my_custom_counter.count == 1", "expect-metric: my_custom_trend.avg == 42.5",
      "expect-metric: my_custom_rate.rate == 0.5", "expect-metric: my_custom_gauge.value == 7"]),
    ("thresholds", "Thresholds define pass/fail criteria for your test. If any threshold is breached, the test result is "
     "marked as failed.", "export const options = {", "};",
     ["args: --iterations 1100 --vus 2",
      "around: import http from 'k6/http'; const trend = new Trend('my_custom_trend');"
      " export default function () { check(http.get('{TARGET}/get'), { ok: (r) => r.status === 200 }); trend.add(9); }",
      "expect-output: PASS [http_req_duration] p(99) < 1000", "expect-output: PASS [iterations] count > 1000",
      "expect-output: PASS [my_custom_trend] p(90) < 200"]),
    ("abort_criteria", "Abort criteria allow the engine to stop a test early when conditions indicate something is severely "
     "wrong, preventing wasted time and resources.", "export const options = {", "};",
     ["args: --iterations 4 --vus 2",
      "around: import http from 'k6/http'; export default function () { http.get('{TARGET}/get'); }",
      "expect-metric: http_reqs.count == 4"]),
    ("stress", "Simulate a gradual traffic increase to find the breaking point:", "export const options = {", "};",
     ["args: --iterations 4 --vus 2",
      "around: import http from 'k6/http'; export default function () { http.get('{TARGET}/get'); }",
      "expect-output: PASS [http_req_duration] p(95) < 1000"]),
    ("correlation", "Chain requests by extracting values from one response and using them in the next:",
     "var http = require('mockarty/http');", "};",
     [API, ONE, "expect-check: profile loaded 4/0", "expect-check: order exists 4/0",
      "expect-check: order is pending 4/0", "expect-metric: http_reqs.count == 16"]),
    ("custom_metrics", "Track application-specific metrics alongside built-in ones:", "var http = require('mockarty/http');",
     ("};", 2),
     [API, ONE, "expect-output: PASS [login_duration] p(95) < 1000", "expect-output: PASS [order_success_rate] rate > 0.95",
      "expect-metric: total_orders.count == 4"]),
    ("data_driven", "Use SharedArray to load test data that is created once and shared across all VUs:",
     "var http = require('mockarty/http');", ("};", 2),
     [API, ONE, "expect-metric: http_reqs.count == 4", "expect-metric: http_req_failed.rate == 0"]),
    ("checkout", "A comprehensive load test simulating a realistic e-commerce user journey:",
     "import http from 'k6/http';", "}",
     ["replace: https://api.mystore.com -> {TARGET}", "args: --vus 2 --iterations 2", "expect-checks: 100%",
      "expect-metric: http_reqs.count == 10", "expect-output: ::add to cart", "expect-output: PASS [checks] rate > 0.98"]),
]


def block(lines, heading, first, last):
    """From `first` to `last`, or to the n-th of it for (last, n)."""
    start = end = lines.index(first, lines.index(heading))
    last, count = last if isinstance(last, tuple) else (last, 1)
    for _ in range(count):
        end = lines.index(last, end) + 1
    return lines[start:end]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().split("\n")
    os.makedirs(FOLDER, exist_ok=True)
    for name, heading, first, last, header in BLOCKS:
        note = f"note: block under \"{heading[:60].rstrip()}\" of the product's document, unchanged"
        with open(os.path.join(FOLDER, name + ".js"), "w", encoding="utf-8") as file:
            file.write("".join(f"// {line}\n" for line in [note] + header))
            file.write("\n")  # a header ends where the first other line is: blocks may begin with comments
            file.write("\n".join(block(lines, heading, first, last)) + "\n")


if __name__ == "__main__":
    main()
