"""A rate on three runners: the parts add up exactly, whatever the threads, and the counts are those of the target's log."""

import unittest

from fleet import Cli, FleetTest

ARRIVALS = """
import http from 'k6/http';
export const options = { scenarios: {
  even: { executor: 'constant-arrival-rate', rate: 90, duration: '5s', preAllocatedVUs: 45, maxVUs: 90, exec: 'even',
          tags: { name: 'even' } },
  ramp: { executor: 'ramping-arrival-rate', startRate: 0, stages: [{ duration: '4s', target: 60 }], startTime: '1s',
          preAllocatedVUs: 30, maxVUs: 60, exec: 'ramp' },
} };
export function even() { http.get(`${__ENV.BASE_URL}/get?s=even`, { tags: { name: 'even' } }); }
export function ramp() { http.get(`${__ENV.BASE_URL}/get?s=ramp`, { tags: { name: 'ramp' } }); }
"""

REQUESTS = """
var http = require('mockarty/http');
module.exports.options = { rps: 150, duration: '6s', vus: 30, maxVUs: 90 };
module.exports.default = function () { http.get(__ENV.BASE_URL + '/get'); };
"""

POISSON = """
import http from 'k6/http';
export const options = { scenarios: { one: {
  executor: 'constant-arrival-rate', rate: 100, duration: '4s', preAllocatedVUs: 60, maxVUs: 120,
  arrivals: 'poisson', arrivalSeed: 11 } } };
export default function () { http.get(`${__ENV.BASE_URL}/get`); }
"""


STEADY = """
var http = require('mockarty/http');
module.exports.options = { rps: %d, duration: '10s', vus: 20, maxVUs: 100 };
module.exports.default = function () {
  for (var i = 0; i < %d; ++i) http.get(__ENV.BASE_URL + '/get');
};
"""


class Accuracy(FleetTest):
    """On one machine: a target rate by the target's own count, over a window that leaves out beginning and end."""

    def count_window(self, rate, requests):
        run = self.keep(Cli(self.folder, ["perf", "run", self.script(STEADY % (rate, requests)), "-e",
                                          "BASE_URL=" + self.target.url], {}))
        self.finish(run)
        times = sorted(line.time for line in self.target.lines())
        return sum(1 <= time - times[0] < 9 for time in times)

    def test_one_request_an_iteration(self):
        count = self.count_window(500, 1)
        self.assertLessEqual(abs(count - 500 * 8), 500 * 8 * 0.005, count)

    def test_several_requests_an_iteration(self):
        count = self.count_window(400, 3)
        self.assertLessEqual(abs(count - 400 * 8), 400 * 8 * 0.005, count)


class Rate(FleetTest):
    heartbeat_timeout = "30s"  # of a machine that may be busy; nothing is lost in this test

    def run_on(self, runners, script):
        run = self.cli(self.script(script), "--runners", str(runners))
        report = self.finish(run)
        self.assertEqual(len(report["distributed"]["runners"]), runners)
        self.assertFalse(report["distributed"]["partial"])
        self.assertEqual(report["measurement"]["missingWindows"], 0)
        return report

    def dropped(self, report):
        return report["metrics"].get("dropped_iterations", {"count": 0})["count"]

    def assert_sums(self, report):
        for key, total in (("requests", "totalRequests"), ("iterations", "iterations")):
            self.assertEqual(sum(runner[key] for runner in report["distributed"]["runners"]), report[total])

    def test_scenarios_of_arrivals_add_up(self):
        self.start_fleet(runners=3)
        report = self.run_on(3, ARRIVALS)
        paths = [line.path for line in self.target.lines()]
        self.assertEqual(paths.count("/get?s=even"), 450, "90 a second for 5 s")
        self.assertEqual(paths.count("/get?s=ramp"), 120, "the integral of 0 to 60 a second over 4 s")
        self.assertEqual(report["iterations"], 570)
        self.assertEqual(self.dropped(report), 0)
        self.assertEqual(report["totalRequests"], len(paths))
        self.assert_sums(report)
        for runner in report["distributed"]["runners"]:
            self.assertEqual(runner["vus"], 50)
            self.assertEqual(runner["iterations"], 190, "a third of each rate")

    def test_requests_at_a_rate_are_those_of_the_log(self):
        self.start_fleet(runners=3)
        report = self.run_on(3, REQUESTS)
        lines = self.target.lines()
        self.assertEqual(report["totalRequests"], len(lines))
        self.assertLessEqual(abs(len(lines) + self.dropped(report) - 900), 900 * 0.005, "150 a second for 6 s")
        self.assertEqual(report["metrics"]["http_req_scheduled_duration"]["count"], len(lines))
        self.assert_sums(report)

    def test_random_arrivals_are_one_schedule_on_any_number_of_runners(self):
        self.start_fleet(runners=3)
        counts = []
        for runners in (1, 3):
            before = len(self.target.lines())
            report = self.run_on(runners, POISSON)
            counts.append(len(self.target.lines()) - before + self.dropped(report))
        self.assertEqual(counts[0], counts[1])
        self.assertGreater(counts[0], 300)
        self.assertLess(counts[0], 500)


if __name__ == "__main__":
    unittest.main()
