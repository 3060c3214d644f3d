"""SharedArray with { shard: true } on three runners: each row is read by exactly one of them, whoever is the larger."""

import collections
import unittest

from fleet import FleetTest

SCRIPT = """
import http from 'k6/http';
import { SharedArray } from 'k6/data';
const make = () => Array.from({ length: 100 }, (_, i) => ({ id: i }));
const all = new SharedArray('rows', make);
const own = new SharedArray('rows', make, { shard: true });
export const options = { vus: 6, duration: '3s' };
export default function () {
  // The first virtual user to get here reads; the others of its runner have the same rows.
  if (__ITER === 0) {
    const range = `${own.length}-${all.length}`;
    own.forEach((row) => http.get(`${__ENV.BASE_URL}/users/${row.id}?of=${range}`));
  }
  sleep(1);
}
"""


class Shard(FleetTest):
    def test_each_row_is_of_one_runner(self):
        self.start_fleet(runners=3)
        report = self.finish(self.cli(self.script(SCRIPT), "--runners", "3"))
        self.assertEqual(len(report["distributed"]["runners"]), 3)
        rows = collections.Counter(int(line.path.split("?")[0].rsplit("/", 1)[1]) for line in self.target.lines()
                                   if line.path.startswith("/users/"))
        self.assertEqual(set(rows), set(range(100)))
        # Two virtual users a runner, each of which has read all rows of its runner, and of no other.
        self.assertEqual(set(rows.values()), {2})


if __name__ == "__main__":
    unittest.main()
