"""kill -9 the worker process of a task: its runner says so at once, its last windows are kept, the rest goes on."""

import os
import signal
import time
import unittest

from fleet import FleetTest, steady, wait_until


class WorkerLost(FleetTest):
    heartbeat_timeout = "30s"  # the crash is reported, not found by silence

    def test_a_crash_is_known_at_once(self):
        self.start_fleet(runners=2)
        run = self.cli(self.script(steady(vus=8, seconds=8)), "--runners", "2")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 300, "the load did not begin")
        workers = wait_until(self.runners[0].children, "runner-1 has no worker process")
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        killed_at = time.time()
        report = self.finish(run)
        crashed = self.runner_of(report, "runner-1")
        self.assertEqual(crashed["state"], "crashed")
        self.assertIn("signal 9", crashed["failure"].lower().replace("sigkill", "signal 9"))
        self.assertGreater(crashed["requests"], 0)
        self.assertTrue(report["distributed"]["partial"])
        # At most the second that was under way is missing.
        self.assertLess(crashed["lostFromMs"], report["durationMs"])
        reported, logged = self.counts(report)
        alive = self.users_alive_after(killed_at + 1)
        self.assertEqual(len(alive), 4)
        for user in alive:
            self.assertEqual(reported[user], logged[user])
        # The runner itself is well and takes the next run.
        self.assertTrue(self.runners[0].alive())
        again = self.cli(self.script(steady(vus=4, seconds=1)), "--runners", "2")
        self.assertEqual(len(self.finish(again)["distributed"]["runners"]), 2)


if __name__ == "__main__":
    unittest.main()
