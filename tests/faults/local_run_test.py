"""No runner connected: the coordinator carries the run itself, in a worker process of its own; a dead one fails it."""

import os
import signal
import unittest

from fleet import FleetTest, steady, wait_until


class LocalRun(FleetTest):
    def test_the_coordinator_carries_the_run(self):
        self.start_coordinator()
        run = self.cli(self.script(steady(vus=6, seconds=2)))
        report = self.finish(run)
        self.assertEqual(len(report["distributed"]["runners"]), 1)
        self.assertFalse(report["distributed"]["partial"])
        self.assert_equals_log(report)

    def test_a_crash_of_its_worker_ends_the_run_and_nothing_else(self):
        self.start_coordinator()
        run = self.cli(self.script(steady(vus=6, seconds=60)))
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 50, "the load did not begin")
        for worker in wait_until(self.coordinator.children, "the coordinator has no worker process"):
            os.kill(worker, signal.SIGKILL)
        report = self.finish(run, code=1)
        self.assertTrue(report["distributed"]["partial"])
        self.assertTrue(self.coordinator.alive())


if __name__ == "__main__":
    unittest.main()
