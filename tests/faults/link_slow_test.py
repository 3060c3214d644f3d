"""A link of 64 kbit/s: windows are joined until they fit, the counts are equal, and the run is not slowed."""

import unittest

from fleet import FleetTest

# Forty routes make windows of some 30 kB a second: four times what the link carries.
SCRIPT = """
import http from 'k6/http';
import { sleep } from 'k6';
export const options = { vus: 8, duration: '8s', gracefulStop: '5s' };
export default function () {
  http.get(`${__ENV.BASE_URL}/get?vu=${__VU}`, { tags: { name: `vu${__VU}` } });
  http.get(`${__ENV.BASE_URL}/users`, { tags: { name: `route${__ITER % 40}` } });
  sleep(0.05);
}
"""


class LinkSlow(FleetTest):
    heartbeat_timeout = "30s"

    def test_64_kbit_a_second(self):
        self.start_coordinator()
        self.add_runner()
        proxy = self.add_proxy()
        self.add_runner(port=proxy.port)
        self.wait_runners(2)
        proxy.narrow(64_000)
        run = self.cli(self.script(SCRIPT), "--runners", "2")
        report = self.finish(run)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        self.assertLess(report["durationMs"], 10_000)
        slow, fast = self.runner_of(report, "runner-2"), self.runner_of(report, "runner-1")
        self.assertEqual(slow["state"], "completed")
        # The same share, so about the same work: the narrow link held nobody up.
        self.assertGreater(slow["iterations"], fast["iterations"] * 0.8)


if __name__ == "__main__":
    unittest.main()
