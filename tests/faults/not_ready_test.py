"""Runners that take an offer and go silent, and runners that accept and never get ready."""

import os
import signal
import time
import unittest

from fleet import FleetTest, steady, wait_until

# Two seconds of work at the top level: long enough to stop the worker in the middle of it.
SLOW_INIT = """
const until = Date.now() + 2000;
while (Date.now() < until) {}
""" + steady(vus=1, seconds=2).lstrip()


class NotReady(FleetTest):
    heartbeat_timeout = "60s"  # silence alone shall not decide

    def test_an_offer_without_an_answer_goes_to_another(self):
        self.start_fleet(runners=1)
        self.runners[0].send(signal.SIGSTOP)
        run = self.cli(self.script(steady(vus=2, seconds=2)), "--runners", "1")
        run.run_id()
        submitted = time.monotonic()
        time.sleep(1)  # until the offer is out; were it not, the other runner would get it at once and the test be void
        self.add_runner()
        run.wait_running(timeout=25)
        self.assertLess(time.monotonic() - submitted, 20)
        report = self.finish(run)
        self.assertEqual(self.runner_of(report, "runner-2")["state"], "completed")
        self.assert_equals_log(report)

    def test_accepted_and_never_ready_fails_in_time_and_says_who(self):
        self.start_fleet(runners=1, RUNNER_TASK_TIMEOUT="6s")
        run = self.cli(self.script(SLOW_INIT), "--runners", "1")
        for worker in wait_until(self.runners[0].children, "runner-1 made no worker process"):
            os.kill(worker, signal.SIGSTOP)
        self.assertEqual(run.wait(30), 1, run.log())
        self.assertRegex(run.log(), r"error: .*runner-1")
        self.assertEqual(self.target.lines(), [])


if __name__ == "__main__":
    unittest.main()
