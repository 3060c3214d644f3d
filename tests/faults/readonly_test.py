"""The data folder cannot be written from the middle of a run on: the run goes on and says so, and once the folder can be
written again, by the same process or by the next one, nothing is missing."""

import os
import subprocess
import unittest

from fleet import FleetTest, steady, wait_until


def done(*command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class ReadOnly(FleetTest):
    heartbeat_timeout = "10s"

    def setUp(self):
        super().setUp()
        self.mounted = False
        os.makedirs(self.data_dir)

    def tearDown(self):
        self.writable()
        super().tearDown()
        if self.mounted:
            done("umount", "-l", self.data_dir)

    def read_only(self):
        """Files that are open cannot be written either, and no new ones be made: as on a file system that was remounted."""
        for name in os.listdir(self.data_dir):
            self.assertTrue(done("chattr", "+i", os.path.join(self.data_dir, name)))
        self.assertTrue(done("chattr", "+i", self.data_dir))

    def writable(self):
        done("chattr", "-R", "-i", self.data_dir)

    def can_be_read_only(self):
        file = os.path.join(self.data_dir, "try")
        with open(file, "wb", buffering=0) as opened:
            if not done("chattr", "+i", file):
                return False
            try:
                opened.write(b"x")
                return False
            except OSError:
                return True
            finally:
                done("chattr", "-i", file)
                os.remove(file)

    def mount_ext4(self):
        image = os.path.join(self.folder, "image")
        with open(image, "wb") as file:
            file.truncate(64 << 20)
        self.mounted = (done("mkfs.ext4", "-q", "-F", image) and
                        done("mount", "-o", "loop,errors=remount-ro", image, self.data_dir))
        return self.mounted

    def begin(self, seconds):
        self.start_fleet(runners=2)
        self.assertEqual(self.health()[1]["status"], "pass")
        run = self.cli(self.script(steady(vus=8, seconds=seconds)), "--runners", "2")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 200, "the load did not begin")
        return run

    def assert_goes_on_and_says_so(self, run):
        wait_until(lambda: self.health()[0] == 503, "/health does not say that nothing can be stored")
        self.assertIn("store", str(self.health()[1]))
        self.coordinator.wait_for(r"journal not written")
        run.wait_for(r"the store does not take measurements now")
        before = len(self.target.lines())
        wait_until(lambda: len(self.target.lines()) > before + 200, "the load stopped with the store")
        # What is stored can still be read.
        listed = self.run_cli("perf", "list")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        # No new run begins without having been stored.
        refused = self.run_cli("perf", "run", self.script(steady(vus=1, seconds=1), "late.js"), "-e",
                               "BASE_URL=" + self.target.url, "--quiet")
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("did not take the run: the run cannot be stored: ", refused.stderr)
        self.assertNotIn("no answer", refused.stderr)

    def test_for_a_while(self):
        if not self.can_be_read_only() and not (self.mount_ext4() and self.can_be_read_only()):
            self.skipTest("this kernel lets nobody make an open file unwritable: neither chattr +i nor a loop device")
        run = self.begin(seconds=25)
        self.read_only()
        self.assert_goes_on_and_says_so(run)
        self.writable()
        wait_until(lambda: self.health()[1]["status"] == "pass", "/health does not say that all is well again")
        run.wait_for(r"the store takes measurements again")
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])

    def test_until_it_is_repaired(self):
        # The kernel itself turns the file system read-only, as it does when a disk fails.
        if not self.mount_ext4():
            self.skipTest("no file system of its own can be mounted here (a loop device is needed)")
        device = subprocess.run(["findmnt", "-no", "SOURCE", self.data_dir], capture_output=True, text=True, check=True)
        trigger = f"/sys/fs/ext4/{os.path.basename(device.stdout.strip())}/trigger_fs_error"
        if not os.access(trigger, os.W_OK):
            self.skipTest(f"{trigger} cannot be written: ext4 cannot be told to fail here")
        run = self.begin(seconds=25)
        with open(trigger, "w", encoding="ascii") as file:
            file.write("test")
        self.assert_goes_on_and_says_so(run)
        self.coordinator.stop()
        self.assertTrue(done("umount", self.data_dir))
        done("e2fsck", "-fy", os.path.join(self.folder, "image"))
        self.assertTrue(done("mount", "-o", "loop", os.path.join(self.folder, "image"), self.data_dir))
        self.restart_coordinator()
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])


if __name__ == "__main__":
    unittest.main()
