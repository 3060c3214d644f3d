"""The disk under the store fills up in the middle of a run: the run goes on and says so, and once there is room again
nothing is missing."""

import os
import subprocess
import unittest

from fleet import FleetTest, steady, wait_until


class Disk(FleetTest):
    heartbeat_timeout = "10s"

    def setUp(self):
        super().setUp()
        os.makedirs(self.data_dir)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", self.data_dir], capture_output=True,
                              check=False)
        self.mounted = done.returncode == 0

    def tearDown(self):
        super().tearDown()
        if self.mounted:
            subprocess.run(["umount", "-l", self.data_dir], check=False)

    def fill(self):
        with open(os.path.join(self.data_dir, "filler"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 65536)
            except OSError:
                pass
            try:
                while True:
                    file.write(b"x" * 512)
            except OSError:
                pass

    def test_full_for_a_while(self):
        if not self.mounted:
            self.skipTest("no file system of its own can be mounted here")
        self.start_fleet(runners=2)
        self.assertEqual(self.health()[1]["status"], "pass")
        run = self.cli(self.script(steady(vus=8, seconds=12)), "--runners", "2")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 200, "the load did not begin")
        self.fill()
        wait_until(lambda: self.health()[1]["status"] != "pass", "/health does not say that nothing can be stored")
        before = len(self.target.lines())
        wait_until(lambda: len(self.target.lines()) > before + 200, "the load stopped with the disk")
        # Larger than what the store's file may have left inside.
        large = steady(vus=1, seconds=1) + "//" + "x" * 2_000_000
        refused = self.run_cli("perf", "run", self.script(large, "late.js"), "--quiet")
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("did not take the run: the run cannot be stored: ", refused.stderr)
        os.remove(os.path.join(self.data_dir, "filler"))
        wait_until(lambda: self.health()[1]["status"] == "pass", "/health does not say that all is well again")
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])


if __name__ == "__main__":
    unittest.main()
