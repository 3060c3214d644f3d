"""A test of several files (TypeScript, JSON, text, CSV) on a coordinator with two runners: it travels whole, its options
of the script, a file and the command line hold, and what is merged is judged and summed up as on one machine."""

import json
import os
import unittest

from fleet import FleetTest

MAIN = """
import http from 'k6/http';
import { check } from 'k6';
import exec from 'k6/execution';
import csv from 'k6/experimental/csv';
import { open as openFile } from 'k6/experimental/fs';
import { Shop } from './lib/shop.ts';
import users from './data/users.json';

const greeting: string = open('./data/greeting.txt');
let rows: any;
(async () => { rows = await csv.parse(await openFile('./data/rows.csv'), { asObjects: true }); })();

export const options = {
  scenarios: { buy: { executor: 'per-vu-iterations', vus: 6, iterations: 5 } },
  systemTags: ['status', 'method', 'name', 'scenario', 'proto', 'check'],
  thresholds: {
    'http_reqs{proto:HTTP/1.1}': ['count==60'],
    'http_reqs{status:200,scenario:buy}': ['count==60'],
    'http_reqs{run:flag}': ['count==60'],
    'http_reqs{expected_response:}': ['count==60'],
    'data_received{scenario:buy}': ['count>0'],
    never: [{ threshold: 'count>5', allowNoData: true }],
  },
};

export function setup() { throw new Error('not called'); }

export default function () {
  const i: number = exec.scenario.iterationInTest;
  const shop = new Shop(__ENV.BASE_URL);
  const user = shop.user(users[i % users.length].id);
  const answer = http.get(`${__ENV.BASE_URL}/get?row=${rows[i % rows.length].city}`);
  check(user, { user: (u: any) => u.id === users[i % users.length].id });
  check(answer, { row: (r) => r.json().url.endsWith(rows[i % rows.length].city) });
  check(greeting, { greeting: (text) => text === 'hello' });
}

export function handleSummary(data: any) {
  return { 'summary.json': JSON.stringify(data) };
}
"""
SHOP = """
import http from 'k6/http';
import { path } from './paths.ts';
export class Shop {
  constructor(private base: string) {}
  user(id: number): any { return http.get(this.base + path('users', id)).json(); }
}
"""
PATHS = "export function path(...parts: (string | number)[]): string { return '/' + parts.join('/'); }\n"

WAITS = """
import http from 'k6/http';
import { check } from 'k6';
import { rows, where } from './lib/rows.js';

const wait = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms));
export const options = await wait(2, { scenarios: { all: { executor: 'per-vu-iterations', vus: 4, iterations: 3, exec: 'load' } } });
export async function setup() { return { path: (await import('./lib/late.js')).path }; }
export async function load(data) {
  const { path } = await import('./lib/late.js');
  const answer = http.get(`${__ENV.BASE_URL}${path}?row=${rows[__ITER % rows.length]}`);
  check(answer, { row: (r) => r.status === 200, 'as in setup()': () => path === data.path,
                  'the same URL everywhere': () => import.meta.url === 'file:///@test/waits.js' && where === 'file:///@test/lib/rows.js' });
}
export async function handleSummary(data) {
  return { 'summary.json': JSON.stringify({ path: (await import('./lib/late.js')).path, count: data.metrics.iterations.values.count }) };
}
"""
WAITING_ROWS = """
await new Promise((resolve) => setTimeout(resolve, 1));
export const rows = open(import.meta.resolve('../data/rows.txt')).trim().split('\\n');
export const where = import.meta.url;
"""


class SeveralFiles(FleetTest):
    def write(self, name, text):
        path = os.path.join(self.folder, "test", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return json.load(file)

    def test_on_two_runners(self):
        self.start_fleet(runners=2)
        main = self.write("main.ts", MAIN)
        self.write("lib/shop.ts", SHOP)
        self.write("lib/paths.ts", PATHS)
        self.write("data/users.json", json.dumps([{"id": 3}, {"id": 4}]))
        self.write("data/greeting.txt", "hello")
        self.write("data/rows.csv", "name,city\nann,Oslo\nbob,\"Lima\"\ncem,Izmir\n")
        config = self.write("config.json", json.dumps({"userAgent": "from-config", "batch": 3}))
        report = self.finish(self.cli(main, "--runners", "2", "--no-setup", "--tag", "run=flag", "--config", config,
                                      "--summary-trend-stats", "avg,p(99.9),count", "--summary-export", "export.json"))
        self.assertEqual(len(report["distributed"]["runners"]), 2)
        self.assertEqual(report["iterations"], 30)
        self.assertTrue(all(runner["iterations"] == 15 for runner in report["distributed"]["runners"]), report)
        self.assertEqual(sorted((c["name"], c["passes"], c["fails"]) for c in report["checks"]),
                         [("greeting", 30, 0), ("row", 30, 0), ("user", 30, 0)])
        self.assertTrue(report["thresholdsPassed"], report["thresholds"])
        self.assertEqual(report["submetrics"]["http_reqs{proto:HTTP/1.1}"]["count"], 60)
        self.assertEqual(sum(line.path.startswith("/get?row=Izmir") for line in self.target.lines()), 10)
        self.assertGreaterEqual(report["metrics"]["http_req_duration"]["p(99.9)"],
                                report["metrics"]["http_req_duration"]["med"])

        data = self.read("summary.json")
        self.assertEqual(data["options"]["summaryTrendStats"], ["avg", "p(99.9)", "count"])
        self.assertEqual(sorted(data["metrics"]["http_req_duration"]["values"]), ["avg", "count", "p(99.9)"])
        self.assertEqual(data["metrics"]["http_req_duration"]["values"]["count"], 60)
        self.assertEqual(data["metrics"]["http_reqs{status:200,scenario:buy}"]["thresholds"], {"count==60": {"ok": True}})

        export = self.read("export.json")
        self.assertEqual(export["metrics"]["http_reqs"]["count"], 60)
        self.assertEqual(export["metrics"]["http_reqs{run:flag}"]["thresholds"], {"count==60": False})
        self.assertEqual(export["root_group"]["checks"]["user"]["passes"], 30)

    def test_files_that_wait_at_their_top_level(self):
        self.start_fleet(runners=2)
        main = self.write("waits.js", WAITS)
        self.write("lib/rows.js", WAITING_ROWS)
        self.write("lib/late.js", "await null;\nexport const path = '/get';\n")
        self.write("data/rows.txt", "one\ntwo\nthree\n")
        report = self.finish(self.cli(main, "--runners", "2"))
        self.assertEqual([runner["iterations"] for runner in report["distributed"]["runners"]], [6, 6])
        self.assertEqual(sorted((c["name"], c["passes"], c["fails"]) for c in report["checks"]),
                         [("as in setup()", 12, 0), ("row", 12, 0), ("the same URL everywhere", 12, 0)])
        self.assertEqual(sum(line.path == "/get?row=two" for line in self.target.lines()), 4)
        self.assertEqual(self.read("summary.json"), {"path": "/get", "count": 12})

    def test_wrong_options_of_the_command_line_are_bad_input(self):
        self.start_fleet(runners=1)
        run = self.cli(self.script("export default function () {}"), "--config", self.write("c.json", '{"vus": "many"}'))
        self.assertEqual(run.wait(), 104)
        self.assertIn("options.vus: expected a positive integer, got \"many\"", run.log())


if __name__ == "__main__":
    unittest.main()
