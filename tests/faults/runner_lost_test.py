"""kill -9 a runner in the middle of a run: known within RUNNER_HEARTBEAT_TIMEOUT, handled by policy, named in the report,
and nothing of the other runners is lost."""

import re
import time
import unittest

from fleet import FleetTest, steady, wait_until


class RunnerLost(FleetTest):
    def lose_one(self, policy, code):
        self.start_fleet(runners=3)
        run = self.cli(self.script(steady(vus=9, seconds=10)), "--runners", "3", "--on-runner-loss", policy)
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 450, "the load did not begin")
        self.runners[1].kill()
        self.killed_at = time.time()
        report = self.finish(run, code)
        lost = self.runner_of(report, "runner-2")
        self.assertIn(lost["state"], ("lost", "replaced"))
        self.assertIsNotNone(lost["lostFromMs"])
        self.assertLess(lost["lostFromMs"], report["durationMs"])
        self.assertTrue(report["distributed"]["partial"])
        return report, lost

    # Users of other runners must be in the report to the request; of the lost one's, nothing that never happened.
    def check_counts(self, report, lost_users):
        reported, logged = self.counts(report)
        for user in set(logged) - lost_users:
            self.assertEqual(reported[user], logged[user], f"VU {user}")
        for user in lost_users:
            self.assertLessEqual(reported[user], logged[user], f"VU {user}")

    def test_degrade_goes_on_and_reports_partial(self):
        report, lost = self.lose_one("degrade", code=0)
        alive = self.users_alive_after(self.killed_at + 1)
        self.assertEqual(len(alive), 6)
        self.check_counts(report, set(range(1, 10)) - alive)
        self.assertGreaterEqual(report["durationMs"], 9_500)
        for name in ("runner-1", "runner-3"):
            self.assertEqual(self.runner_of(report, name)["state"], "completed")
        # What it had delivered before it was lost counts, and the interval says from where on nothing is known.
        self.assertGreater(lost["requests"], 0)
        self.assertGreaterEqual(lost["lostUntilMs"], lost["lostFromMs"])

    def test_fail_stops_the_run_and_names_the_runner(self):
        self.start_fleet(runners=3)
        run = self.cli(self.script(steady(vus=9, seconds=60)), "--runners", "3", "--on-runner-loss", "fail")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 450, "the load did not begin")
        self.runners[1].kill()
        self.assertEqual(run.wait(30), 1, run.log())
        self.assertRegex(run.log(), re.compile(r"error: .*runner-2"))
        # The others are stopped at once: a request that was under way then may have reached the target uncounted.
        reported, logged = self.counts(run.report())
        missing = {user: logged[user] - reported[user] for user in logged}
        self.assertGreaterEqual(min(missing.values()), 0)
        self.assertLessEqual(sum(count > 1 for count in missing.values()), 3, missing)

    def test_rebalance_hands_the_part_to_others(self):
        report, _ = self.lose_one("rebalance", code=0)
        # All nine users are at work again at the end of the run.
        self.assertEqual(self.users_alive_after(self.killed_at + 5), set(range(1, 10)))
        reported, logged = self.counts(report)
        differing = {user for user in logged if reported[user] != logged[user]}
        self.assertLessEqual(len(differing), 3)
        for user in differing:
            self.assertLess(reported[user], logged[user], f"VU {user}")
        completed = [r for r in report["distributed"]["runners"] if r["state"] == "completed"]
        self.assertEqual(len(completed), 3)


if __name__ == "__main__":
    unittest.main()
