"""kill -9 a runner that carries several scenarios, under --on-runner-loss rebalance: the other goes on with what is left of
each. By the target's log, what is done twice is what the lost runner had not told any more."""

import collections
import time
import unittest

from fleet import FleetTest, wait_until

USERS, SHARED, EACH_VU, STEADY_VUS = 6, 600, 100, 4
SCRIPT = """
import http from 'k6/http';
import { sleep } from 'k6';
export const options = {
  gracefulStop: '5s',
  scenarios: {
    shared: { executor: 'shared-iterations', vus: %(users)d, iterations: %(shared)d, maxDuration: '60s', exec: 'shared' },
    each: { executor: 'per-vu-iterations', vus: %(users)d, iterations: %(each)d, maxDuration: '60s', exec: 'each' },
    steady: { executor: 'constant-vus', vus: %(steady)d, duration: '14s', exec: 'steady' },
  },
};
function get(scenario) {
  http.get(`${__ENV.BASE_URL}/get?of=${scenario}&vu=${__VU}`, { tags: { name: scenario } });
  sleep(0.1);
}
export function shared() { get('shared'); }
export function each() { get('each'); }
export function steady() { get('steady'); }
""" % {"users": USERS, "shared": SHARED, "each": EACH_VU, "steady": STEADY_VUS}


class PartTakenOver(FleetTest):
    def of(self, scenario):
        return [line for line in self.target.lines() if line.path.startswith(f"/get?of={scenario}&")]

    def test_what_is_left_of_each_scenario_is_done_by_the_other(self):
        self.start_fleet(runners=2)
        run = self.cli(self.script(SCRIPT), "--runners", "2", "--on-runner-loss", "rebalance")
        run.wait_running()
        wait_until(lambda: len(self.of("each")) > 200, "the load did not begin")
        self.runners[1].kill()
        killed_at = time.time()
        report = self.finish(run)

        lost = [r for r in report["distributed"]["runners"] if r["state"] in ("lost", "replaced")]
        self.assertEqual([r["runner"] for r in lost], ["runner-2"])
        completed = [r for r in report["distributed"]["runners"] if r["state"] == "completed"]
        self.assertEqual([r["runner"] for r in completed], ["runner-1", "runner-1"], "its own part, and the other's")

        reported = {r["route"].removeprefix("GET "): r["count"] for r in report["summary"]["per_route_stats"]}
        begin = min(line.time for line in self.target.lines())
        told_until = begin + lost[0]["lostFromMs"] / 1000
        for scenario, planned in (("shared", SHARED), ("each", USERS * EACH_VU)):
            lines = self.of(scenario)
            # Of an iteration that was under way when it was last heard, the request counts and the iteration is done anew.
            self.assertGreaterEqual(reported[scenario], planned, scenario)
            self.assertLessEqual(reported[scenario], planned + USERS // 2, scenario)
            self.assertGreaterEqual(len(lines), reported[scenario], scenario)
            # The lost runner's worker process ends when it notices, within a second.
            untold = sum(told_until - 0.2 <= line.time <= killed_at + 1 for line in lines)
            self.assertLessEqual(len(lines) - reported[scenario], untold, scenario)
            self.assertGreater(sum(line.time > killed_at + 1 for line in lines), 0, f"{scenario} was over too early")

        # A scenario that ends by time has all its users again.
        users = collections.Counter(line.path for line in self.of("steady") if line.time > killed_at + 5)
        self.assertEqual(len(users), STEADY_VUS, users)
        self.assertLessEqual(reported["steady"], len(self.of("steady")))


if __name__ == "__main__":
    unittest.main()
