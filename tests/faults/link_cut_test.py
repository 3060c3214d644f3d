"""The link between a runner and the coordinator is cut for a while, or swallows everything: the same counts."""

import time
import unittest

from fleet import FleetTest, steady, wait_until


class LinkCut(FleetTest):
    heartbeat_timeout = "20s"

    def break_link(self, break_it, for_seconds, run_seconds):
        self.start_coordinator()
        self.add_runner()
        proxy = self.add_proxy()
        self.add_runner(port=proxy.port)
        self.wait_runners(2)
        run = self.cli(self.script(steady(vus=8, seconds=run_seconds)), "--runners", "2")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 300, "the load did not begin")
        break_it(proxy)
        time.sleep(for_seconds)
        proxy.heal()
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        self.assertEqual([r["state"] for r in report["distributed"]["runners"]], ["completed", "completed"])
        # Nobody's load waited for the link.
        self.assertLess(report["durationMs"], run_seconds * 1000 + 2_000)

    def test_cut_for_ten_seconds(self):
        self.break_link(lambda proxy: proxy.cut(), for_seconds=30, run_seconds=36)

    def test_black_hole_for_ten_seconds(self):
        self.break_link(lambda proxy: proxy.black_hole(), for_seconds=10, run_seconds=14)


if __name__ == "__main__":
    unittest.main()
