"""kill -9 the coordinator in the middle of a run and start it again: the runners go on, send what was not acknowledged,
and the final counts equal the target's own log, to the request."""

import time
import unittest

from fleet import FleetTest, steady, wait_until


class CoordinatorLost(FleetTest):
    heartbeat_timeout = "10s"

    def lose_it(self, seconds, dead_for):
        self.start_fleet(runners=2)
        run = self.cli(self.script(steady(vus=8, seconds=seconds)), "--runners", "2")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 300, "the load did not begin")
        self.coordinator.kill()
        before = len(self.target.lines())
        time.sleep(dead_for)
        self.assertGreater(len(self.target.lines()), before, "the load stopped with the coordinator")
        self.restart_coordinator()
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        self.assertIn("connection to the coordinator lost; reconnecting", run.log())
        self.assertEqual([r["state"] for r in report["distributed"]["runners"]], ["completed", "completed"])
        return report

    def test_back_while_the_load_is_on(self):
        report = self.lose_it(seconds=10, dead_for=3)
        self.assertLess(report["durationMs"], 12_000)

    def test_back_after_the_load_has_ended(self):
        self.lose_it(seconds=4, dead_for=6)


if __name__ == "__main__":
    unittest.main()
