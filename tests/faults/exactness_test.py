"""Four runners and 200 virtual users against a target that counts for itself: every figure that can be counted is equal."""

import collections
import math
import unittest

from fleet import FleetTest

SCRIPT = """
import http from 'k6/http';
import { check, sleep } from 'k6';
export const options = { %s, gracefulStop: '10s' };
export default function () {
  const base = __ENV.BASE_URL;
  check(http.get(`${base}/users`), { 'list': (r) => r.status === 200 });
  check(http.get(`${base}/users/${__VU}`), { 'one': (r) => r.status === 200 });
  if (__ITER %% 5 === 0) http.get(`${base}/status/503`);
  sleep(0.2);
}
"""
PERCENTILES = """
import http from 'k6/http';
import { Trend } from 'k6/metrics';
export const options = { vus: 40, iterations: 2000 };
const value = new Trend('value');
let seed = __VU * 2654435761 % 4294967296;
export default function () {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  const v = Math.round(Math.pow(10, 4 * seed / 4294967296) * 1000) / 1000;
  value.add(v);
  http.get(`${__ENV.BASE_URL}/users/1?v=${v}`);
}
"""
ITERATIONS = 3_000


class Exactness(FleetTest):
    heartbeat_timeout = "30s"  # of a machine that may be busy; nothing is lost in this test

    def run_it(self, options):
        self.start_fleet(runners=4)
        report = self.finish(self.cli(self.script(SCRIPT % options), "--runners", "4"))
        self.assertEqual(len(report["distributed"]["runners"]), 4)
        self.assertFalse(report["distributed"]["partial"])
        for runner in report["distributed"]["runners"]:
            self.assertAlmostEqual(runner["share"], 0.25)
            self.assertEqual(runner["vus"], 50)
        return report

    def check_against_log(self, report):
        kinds = collections.Counter("/users/{id}" if line.path.startswith("/users/") else line.path
                                    for line in self.target.lines())
        self.assertEqual(report["totalRequests"], sum(kinds.values()))
        self.assertEqual(report["failedRequests"], kinds["/status/503"])
        self.assertEqual(report["iterations"], kinds["/users"])
        checks = {check["name"]: (check["passes"], check["fails"]) for check in report["checks"]}
        self.assertEqual(checks, {"list": (kinds["/users"], 0), "one": (kinds["/users/{id}"], 0)})
        routes = {route["route"]: route["count"] for route in report["summary"]["per_route_stats"]}
        self.assertEqual(sum(routes.values()), report["totalRequests"])
        self.assertEqual(routes["GET /users"], kinds["/users"])
        self.assertEqual(routes["GET /users/{id}"], kinds["/users/{id}"])
        # Each runner's own figures add up to the whole.
        for key, total in (("requests", "totalRequests"), ("iterations", "iterations")):
            self.assertEqual(sum(runner[key] for runner in report["distributed"]["runners"]), report[total])
        self.assertEqual(report["measurement"]["missingWindows"], 0)

    def test_a_ramp_to_200_virtual_users(self):
        report = self.run_it("vus: 4, stages: [{duration: '5s', target: 200}, {duration: '3s', target: 200}, "
                             "{duration: '2s', target: 0}]")
        self.check_against_log(report)
        self.assertEqual(report["vusMax"], 200)

    def test_shared_iterations(self):
        report = self.run_it(f"vus: 200, iterations: {ITERATIONS}")
        self.check_against_log(report)
        self.assertEqual(report["iterations"], ITERATIONS)

    def test_percentiles(self):
        """Each request tells the log the value that its virtual user gives to a trend: the log's percentiles are exact."""
        self.start_fleet(runners=4)
        report = self.finish(self.cli(self.script(PERCENTILES), "--runners", "4"))
        values = sorted(float(line.path.rsplit("v=", 1)[1]) for line in self.target.lines())
        self.assertEqual(len(values), 2_000)
        self.assertGreater(values[-1] / values[0], 1_000, "spread over three decades")
        measured = report["metrics"]["value"]
        self.assertEqual(measured["count"], len(values))
        for name, quantile in (("med", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)):
            exact = values[math.ceil(quantile * len(values)) - 1]
            self.assertLessEqual(abs(measured[name] - exact), exact / 256, f"{name}: {measured[name]}, the log: {exact}")
        self.assertEqual(measured["min"], values[0])
        self.assertEqual(measured["max"], values[-1])
        self.assertAlmostEqual(measured["avg"], sum(values) / len(values), places=3)


if __name__ == "__main__":
    unittest.main()
