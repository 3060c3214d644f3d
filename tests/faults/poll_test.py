"""A runner that long-polls beside one on gRPC: the same exact counts, also when the coordinator dies or the link is cut."""

import re
import time
import unittest

from fleet import FleetTest, steady, wait_until
from proxy import Proxy


class Poll(FleetTest):
    heartbeat_timeout = "10s"

    def start_mixed_fleet(self, port=None):
        """Runner 1 polls, over `port` if that is given; runner 2 is on gRPC."""
        self.start_coordinator()
        self.poller = self.add_poller(port)
        self.add_runner()
        self.wait_runners(2)

    def add_poller(self, port=None, **environment):
        return self.add_runner(CONNECTION_MODE="poll", port=port or self.http_port, **environment)

    def add_http_proxy(self):
        proxy = Proxy(self.http_port)
        self.proxies.append(proxy)
        return proxy

    def run_for(self, seconds, *options):
        run = self.cli(self.script(steady(vus=8, seconds=seconds)), "--runners", "2", *options)
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 200, "the load did not begin")
        return run

    def finish_exactly(self, run):
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        self.assertEqual([r["state"] for r in report["distributed"]["runners"]], ["completed", "completed"])
        return report

    def test_coordinator_killed_and_the_link_cut(self):
        self.start_coordinator()
        proxy = self.add_http_proxy()
        self.poller = self.add_poller(proxy.port)
        self.add_runner()
        self.wait_runners(2)
        run = self.run_for(14)
        self.coordinator.kill()
        before = len(self.target.lines())
        time.sleep(2)
        self.assertGreater(len(self.target.lines()), before, "the load stopped with the coordinator")
        self.restart_coordinator()
        self.wait_runners(2)
        proxy.cut()
        time.sleep(3)
        proxy.heal()
        report = self.finish_exactly(run)
        # Nobody's load waited for the link.
        self.assertLess(report["durationMs"], 16_000)
        # A link that was cut for 3 s is mended within the session.
        self.assertEqual(self.poller.log().count("lost the connection to coordinator"), 1, self.poller.log())

    def test_starts_together_and_stops_at_once(self):
        self.start_mixed_fleet()
        for runner in self.list_runners():
            self.assertLess(runner["roundTripMs"], 20, runner)
        run = self.run_for(60)
        stop_at = time.time()
        self.assertEqual(self.run_cli("perf", "stop", run.run_id(), "--now").returncode, 0)
        report = self.finish(run, code=105)
        self.assertEqual(self.users_alive_after(stop_at + 2), set())
        self.assertLess(report["distributed"]["startSkewMs"], 20)
        self.assertEqual({r["state"] for r in report["distributed"]["runners"]}, {"completed"})

    def test_black_hole_outlives_the_session(self):
        self.heartbeat_timeout = "2s"
        self.start_coordinator()
        proxy = self.add_http_proxy()
        self.add_poller(proxy.port)
        self.wait_runners(1)
        run = self.cli(self.script(steady(vus=4, seconds=9)), "--runners", "1")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 100, "the load did not begin")
        proxy.black_hole()
        time.sleep(4)
        proxy.heal()
        report = self.finish(run)
        self.assert_equals_log(report)

    def test_a_refused_token_ends_the_runner(self):
        self.start_coordinator()
        refused = self.add_poller(token="mki_" + "x" * 40)
        self.assertEqual(refused.wait(20), 1)
        self.assertIn("authentication failed: invalid token", refused.log())
        self.assertNotIn("xxxx", refused.log())
        nowhere = self.add_poller(COORDINATOR_ADDR="127.0.0.1:1")
        nowhere.wait_for(r"failed to connect to coordinator at 127\.0\.0\.1:1")
        self.assertEqual(nowhere.stop(), 0)
        revoked = self.add_poller()
        self.wait_runners(1)
        listed = self.coordinator_command("token", "list").stdout
        token_id = next(line.split()[0] for line in listed.splitlines() if "runners" in line)
        self.assertEqual(self.coordinator_command("token", "revoke", token_id).returncode, 0)
        self.assertEqual(revoked.wait(20), 1)
        self.assertIn("authentication failed: invalid token", revoked.log())


if __name__ == "__main__":
    unittest.main()
