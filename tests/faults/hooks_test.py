"""setup(), teardown() and handleSummary() on a fleet: once each, whatever the number of runners, and counted."""

import collections
import json
import os
import unittest

from fleet import FleetTest

SCRIPT = """
import http from 'k6/http';
import { sleep } from 'k6';
export const options = { vus: 6, duration: '%ds' };
export function setup() {
  sleep(%g);
  http.get(`${__ENV.BASE_URL}/users/7001`);
  return { path: '/users/42' };
}
export default function (data) {
  http.get(`${__ENV.BASE_URL}${data.path}`);
  sleep(0.1);
}
export function teardown(data) {
  http.get(`${__ENV.BASE_URL}/users/7002?${data.path}`);
}
export function handleSummary(data) {
  return {
    stdout: `requests ${data.metrics.http_reqs.values.count}\\n`,
    'summary.json': JSON.stringify({ reqs: data.metrics.http_reqs.values.count }),
    '../outside.json': 'no',
  };
}
"""


class Hooks(FleetTest):
    def check(self, report):
        paths = collections.Counter(line.path.split("?")[0] for line in self.target.lines())
        self.assertEqual(paths["/users/7001"], 1, "setup() ran once")
        self.assertEqual(paths["/users/7002"], 1, "teardown() ran once")
        self.assertEqual(report["totalRequests"], sum(paths.values()))
        self.assertEqual(report["iterations"], paths["/users/42"])
        self.assertFalse(report["distributed"]["partial"])
        self.assertEqual(len(report["distributed"]["runners"]), 2)

    def test_once_each_and_counted(self):
        self.start_fleet(runners=2)
        run = self.cli(self.script(SCRIPT % (2, 0.1)), "--runners", "2")
        # The file outside of the working folder is refused, and said.
        report = self.finish(run, code=1)
        self.check(report)
        self.assertIn("../outside.json", run.log())
        self.assertIn(f"requests {report['totalRequests']}", run.log())
        with open(os.path.join(self.folder, "summary.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["reqs"], report["totalRequests"])
        self.assertFalse(os.path.exists(os.path.join(self.folder, "..", "outside.json")))

    def test_coordinator_killed_in_setup(self):
        self.start_fleet(runners=2)
        run = self.cli(self.script(SCRIPT % (2, 4)), "--runners", "2")
        run.wait_for(r"setup\(\) on")
        self.coordinator.kill()
        self.restart_coordinator()
        self.check(self.finish(run, code=1))


if __name__ == "__main__":
    unittest.main()
