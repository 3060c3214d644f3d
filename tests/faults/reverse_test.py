"""A runner in reverse mode, which the coordinator connects to, beside one that connects by itself: the counts equal the
target's log, also when the coordinator or the runner dies; strangers at its port learn and break nothing."""

import json
import re
import socket
import time
import unittest
import urllib.request

from fleet import FleetTest, free_port, steady, wait_until
from proxy import Proxy


class Reverse(FleetTest):
    heartbeat_timeout = "3s"

    def start_both(self):
        self.reverse_port, self.ui_port = free_port(), free_port()
        self.start_coordinator(RUNNER_REVERSE_ADDRS=f"127.0.0.1:{self.reverse_port}")
        self.add_reverse_runner()
        self.add_runner("direct")
        self.wait_runners(2)

    def add_reverse_runner(self, **environment):
        return self.add_runner("reverse", CONNECTION_MODE="reverse", COORDINATOR_ADDR="",
                               LISTEN_ADDR=f"127.0.0.1:{self.reverse_port}", UI_ENABLED="true",
                               UI_PORT=str(self.ui_port), UI_BIND_ADDR="127.0.0.1", **environment)

    def health(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ui_port}/health", timeout=10) as answer:
            return json.load(answer)

    def disturb(self):
        """What a scanner does: connections that stay, and such as say something that is no gRPC."""
        held = []
        for text in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"\xff" * 50_000,
                     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"):
            for _ in range(20):
                stranger = socket.create_connection(("127.0.0.1", self.reverse_port), timeout=10)
                try:
                    stranger.sendall(text)
                except OSError:
                    pass  # closed already
                held.append(stranger)
        return held

    def test_the_coordinator_dies_and_comes_back(self):
        self.start_both()
        self.assertEqual(self.health()["coordinator"], "connected")
        run = self.cli(self.script(steady(vus=8, seconds=8)), "--runners", "2")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 200, "the load did not begin")
        strangers = self.disturb()
        self.coordinator.kill()
        wait_until(lambda: self.health()["coordinator"] == "disconnected", "the runner did not notice")
        self.assertEqual(self.health()["activeTasks"], 1)
        time.sleep(1)
        self.restart_coordinator()
        report = self.finish(run)
        for stranger in strangers:
            stranger.close()
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        for name in ("reverse", "direct"):
            self.assertEqual(self.runner_of(report, name)["state"], "completed")
            self.assertGreater(self.runner_of(report, name)["requests"], 0)
        # In order: the coordinator is told that it drains.
        self.assertEqual(self.runners[0].stop(), 0)
        self.assertNotIn(self.runner_token, self.runners[0].log() + self.coordinator.log())

    def test_the_runner_dies(self):
        self.start_both()
        run = self.cli(self.script(steady(vus=8, seconds=8)), "--runners", "2", "--on-runner-loss", "degrade")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 200, "the load did not begin")
        self.runners[0].kill()
        killed_at = time.time()
        # A new one at the same address is found, and is another runner.
        again = self.add_reverse_runner()
        again.wait_for("connected to coordinator")
        report = self.finish(run)
        self.assertTrue(report["distributed"]["partial"])
        self.assertEqual(self.runner_of(report, "reverse")["state"], "lost")
        self.assertEqual(self.runner_of(report, "direct")["state"], "completed")
        alive = self.users_alive_after(killed_at + 1)
        self.assertEqual(len(alive), 4)
        reported, logged = self.counts(report)
        for user in logged:
            if user in alive:
                self.assertEqual(reported[user], logged[user], f"VU {user}")
            else:
                self.assertLessEqual(reported[user], logged[user], f"VU {user}")

    def test_a_link_that_swallows_everything(self):
        """The coordinator gives the connection up and makes a new one; the runner lets that take the old one's place."""
        port = free_port()
        proxy = Proxy(port)
        self.proxies.append(proxy)
        self.start_coordinator(RUNNER_REVERSE_ADDRS=f"127.0.0.1:{proxy.port}")
        self.add_runner("reverse", CONNECTION_MODE="reverse", COORDINATOR_ADDR="", LISTEN_ADDR=f"127.0.0.1:{port}")
        self.wait_runners(1)
        run = self.cli(self.script(steady(vus=4, seconds=10)), "--runners", "1")
        run.wait_running()
        proxy.black_hole()
        self.coordinator.wait_for("not heard for twice the heartbeat timeout")
        proxy.heal()
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        self.assertEqual(len(re.findall("connected to coordinator", self.runners[0].log())), 2)

    def test_tokens(self):
        self.start_both()
        listed = self.coordinator_command("token", "list").stdout
        token_id = re.search(r"(?m)^(\S+) +test_runner", listed)[1]
        self.assertEqual(self.coordinator_command("token", "revoke", token_id).returncode, 0)
        # It came to nobody, so it does not end: whoever has its token may come.
        self.runners[0].wait_for("authentication failed: invalid token")
        self.runners[1].wait_for("authentication failed: invalid token")
        self.assertEqual(self.runners[1].wait(), 1)
        self.assertTrue(self.runners[0].alive())
        self.assertEqual(self.health()["coordinator"], "disconnected")
        self.assertEqual(self.runners[0].stop(), 0)
        # One with a token that this coordinator never knew.
        self.coordinator.stop()
        self.restart_coordinator()
        stranger = self.add_reverse_runner(token="mki_" + "x" * 40)
        stranger.wait_for("authentication failed: the coordinator does not know this runner's token")
        self.coordinator.wait_for(rf"authentication failed.*peer=127.0.0.1:{self.reverse_port}")
        self.assertTrue(stranger.alive())
        self.assertEqual(self.list_runners(), [])
        self.assertNotIn("mki_", stranger.log() + self.coordinator.log())


if __name__ == "__main__":
    unittest.main()
