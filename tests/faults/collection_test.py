"""A Postman collection with its environment, rows and a file on a fleet: it travels whole, and counts as on one machine."""

import collections
import json
import unittest

from fleet import FleetTest

ROWS = 5
ITERATIONS = 20


def event(listen, *lines):
    return {"listen": listen, "script": {"exec": list(lines)}}


COLLECTION = {
    "info": {"name": "fleet", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item": [{"name": "Folder", "item": [
        {"name": "Row", "request": "{{BASE_URL}}/users/{{row}}?of={{kind}}",
         "event": [event("test", "const code = pm.response.code;", "pm.test('status', () => pm.expect(code).to.equal(200));")]},
        {"name": "Upload", "request": {"method": "POST", "url": "{{BASE_URL}}/post",
                                       "body": {"mode": "file", "file": {"src": "body.txt"}}},
         "event": [event("test", "pm.test('file', () => pm.expect(pm.response.json().body).to.equal('the file'));")]},
    ]}]}


class Collection(FleetTest):
    def test_on_two_runners(self):
        self.start_fleet(runners=2)
        path = self.script(json.dumps(COLLECTION), "test.json")
        self.script("the file", "body.txt")
        environment = self.script(json.dumps({"name": "e", "values": [{"key": "kind", "value": "env"}]}), "env.json")
        rows = self.script("row\n" + "".join(f"{i + 1}\n" for i in range(ROWS)), "rows.csv")
        report = self.finish(self.cli(path, "--runners", "2", "--vus", "4", "--iterations", str(ITERATIONS),
                                      "--environment", environment, "--iteration-data", rows))
        self.assertEqual(len(report["distributed"]["runners"]), 2)
        self.assertEqual(report["iterations"], ITERATIONS)
        paths = collections.Counter(line.path for line in self.target.lines())
        expected = {f"/users/{i + 1}?of=env": ITERATIONS // ROWS for i in range(ROWS)}
        self.assertEqual(paths, {**expected, "/post": ITERATIONS})
        self.assertEqual(report["totalRequests"], sum(paths.values()))
        self.assertEqual(sorted((c["name"], c["passes"], c["fails"]) for c in report["checks"]),
                         [("file", ITERATIONS, 0), ("status", ITERATIONS, 0)])

    def test_errors_name_the_item(self):
        self.start_fleet(runners=1)
        broken = {"item": [{"name": "A", "request": "{{BASE_URL}}/get", "event": [event("test", "", "missing();")]}]}
        report = self.finish(self.cli(self.script(json.dumps(broken), "broken.json"), "--vus", "1", "--iterations", "1"))
        self.assertIn("broken.json: A (test):2:1: ReferenceError", report["errors"][0]["message"])

    def test_a_legacy_script(self):
        self.start_fleet(runners=2)
        script = "const r = mk.http.get('{{BASE_URL}}/get?vu=' + __VU);\nmk.test('ok', () => r.status === 200);\n"
        report = self.finish(self.cli(self.script(script), "--runners", "2", "--vus", "2", "--iterations", "10"))
        self.assertEqual(report["iterations"], 10)
        self.assertEqual(sum(c["passes"] for c in report["checks"]), 10)


if __name__ == "__main__":
    unittest.main()
