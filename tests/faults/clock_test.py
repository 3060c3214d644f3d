"""A runner whose clock is five minutes off starts with the others."""

import subprocess
import unittest

from fleet import FleetTest, steady

OFFSET = ("unshare", "--time", "--monotonic", "300", "--boottime", "300")


def can_shift_clocks():
    return subprocess.run([*OFFSET, "true"], capture_output=True, check=False).returncode == 0


class Clock(FleetTest):
    def check(self, wrap):
        self.start_coordinator()
        self.add_runner()
        self.add_runner(wrap=wrap)
        self.wait_runners(2)
        report = self.finish(self.cli(self.script(steady(vus=4, seconds=3)), "--runners", "2"))
        self.assertEqual(len(report["distributed"]["runners"]), 2)
        self.assertLess(report["distributed"]["startSkewMs"], 20)
        # The target's clock is a third one, which neither runner knows. Its first lines also hold what the machine
        # takes for connections, so the bound is wider.
        first = {}
        for line in self.target.lines():
            first.setdefault(line.path, line.time)
        self.assertEqual(len(first), 4)
        self.assertLess(max(first.values()) - min(first.values()), 0.2)
        self.assert_equals_log(report)

    def test_monotonic_clock_five_minutes_off(self):
        if not can_shift_clocks():
            self.skipTest("no time namespaces here (unshare --time): only clocks that agree are tested")
        self.check(OFFSET)

    def test_clocks_that_agree(self):
        self.check(())


if __name__ == "__main__":
    unittest.main()
