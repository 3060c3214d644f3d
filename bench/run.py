#!/usr/bin/env python3
"""Speed and size of mockarty-cli beside wrk and k6, against a local nginx.

Prints a table and writes build/bench/results.json. Exit code 0 also when a goal is MISSED: the table says so.
BENCH_SECONDS (4): length of a window. BENCH_REPEATS (5): runs whose median is taken. docs/performance.md has the method.
"""

import argparse
import datetime
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile

import fleet_rows
import rows
import table
from processes import BenchError
from servers import Nginx

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WANTED_FILES = 65_536
PARTS = ("throughput", "memory", "rates", "start-up", "samples", "fleet", "http")


class Setup:
    """What there is to measure with, and how long."""

    def __init__(self, work_dir, build_dir):
        self.bench_dir = os.path.join(ROOT, "bench")
        self.work_dir = work_dir
        self.seconds = number_from_environment("BENCH_SECONDS", 4.0, 0.5, 120)
        self.repeats = int(number_from_environment("BENCH_REPEATS", 5, 1, 50))
        self.wrk = shutil.which("wrk")
        self.k6 = executable(os.path.join(ROOT, "build/bench/k6"))
        self.cli = executable(os.path.join(build_dir, "bin/mockarty-cli"))
        self.engine_bench = executable(os.path.join(build_dir, "bin/mockarty-bench"))
        self.coordinator = executable(os.path.join(build_dir, "bin/mockarty-coordinator"))
        self.max_files = raise_file_limit()

    @staticmethod
    def note(text):
        print(f"bench: {text}", file=sys.stderr, flush=True)


def executable(path):
    return path if os.access(path, os.X_OK) else None


def number_from_environment(name, default, low, high):
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        sys.exit(f"bench: {name} is '{text}': expected a number from {low:g} to {high:g}")
    return value


def raise_file_limit():
    """The soft limit up to the hard one, and beyond it where this user may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for soft_and_hard in ((WANTED_FILES, max(hard, WANTED_FILES)), (hard, hard)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, soft_and_hard)
            break
        except (ValueError, OSError):
            continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def first_line(command):
    try:
        output = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = (output.stdout + output.stderr).strip().splitlines()
    return lines[0] if lines else None


def machine(setup):
    cpu = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as info:
        for line in info:
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
                break
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "load_average": os.getloadavg(),
        "open_files": setup.max_files,
        "wrk": first_line([setup.wrk, "--version"]) if setup.wrk else None,
        "k6": first_line([setup.k6, "version"]) if setup.k6 else None,
        "mockarty": first_line([setup.cli, "--version"]) if setup.cli else None,
        "commit": first_line(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"]),
    }


class Bench:
    def __init__(self, setup):
        self.setup = setup
        self.figures = {}
        self.goals = []
        self.lines = []

    def attempt(self, name, needed, function):
        """Runs one row; what cannot be measured becomes a line that says why."""
        for path, what in needed:
            if not path:
                self.goals.append(table.left_out(name, f"{what} is not built"))
                return None
        try:
            result = function()
        except BenchError as error:
            self.goals.append(table.left_out(name, " ".join(str(error).split())))
            return None
        self.figures[name] = result
        return result

    def throughput(self, nginx):
        if not rows.contenders(self.setup):
            self.goals.append(table.left_out("throughput", "no contender is there"))
            return
        for vus, wrk_goal, k6_goal in ((50, 0.8, 6.0), (2_000, 0.7, 6.0)):
            result = self.attempt(f"throughput, {vus:,} VUs", [], lambda n=vus: rows.throughput(self.setup, nginx, n))
            if result:
                figures, failures = result["figures"], result["failures"]
                self.lines += table.throughput_lines(vus, figures)
                self.goals += table.throughput_goals(vus, figures, failures, wrk_goal, k6_goal)

    def http(self, nginx):
        """What lies beyond plain requests: TLS, HTTP/2, batches, JSON; beside k6."""
        for name, script, url, limit in (
            ("TLS", "http_tls.js", nginx.tls_url, 3),
            ("HTTP/2", "http_tls.js", nginx.http2_url, 3),
            ("batch of 10", "http_batch.js", nginx.url, 5),
            ("batch of 10 over HTTP/2", "http_batch.js", nginx.http2_url, 3),
            ("json(), three fields of 20 KB", "http_json.js", nginx.url, 1.3),
            ("json(selector), 20 KB", "http_json_select.js", nginx.url, 5),
        ):
            result = self.attempt(name, [], lambda s=script, u=url: rows.throughput(self.setup, nginx, 50, s, u))
            if result:
                self.lines += table.throughput_lines(50, result["figures"], name)
                self.goals += [
                    dict(goal, name=f"{name}: {goal['name']}")
                    for goal in table.throughput_goals(50, result["figures"], result["failures"], None, limit)
                ]

    def memory(self, nginx):
        cli = (self.setup.cli, "mockarty-cli")
        per_vu = self.attempt("memory a VU", [cli], lambda: rows.memory_per_vu(self.setup, nginx))
        if per_vu:
            self.goals.append(table.goal("memory a VU of the bench script", per_vu["kib_per_vu"]["median"], "KiB", "<", 45))
        name = "10,000 VUs with sleep(1)"
        if self.setup.max_files < 10_100:
            self.goals.append(table.left_out(name, f"only {self.setup.max_files} open files are allowed here"))
            return
        sleepers = self.attempt(name, [cli], lambda: rows.memory_of_sleepers(self.setup, nginx))
        if sleepers:
            self.goals.append(table.goal(f"{name}: memory in all", sleepers["rss_peak_mb"], "MB", "<", 600))
            self.goals.append(table.goal(f"{name}: failed requests", sleepers["failed"], "", "<", 1))
            self.goals.append(table.goal(f"{name}: cores", sleepers["cores"], "", "<", 0.5))

    def rates(self, nginx):
        cli = (self.setup.cli, "mockarty-cli")
        result = self.attempt("2,000 requests/s", [cli], lambda: rows.rate_accuracy(self.setup, nginx))
        if result:
            name = "rps 2,000: off the target, counted by the server"
            self.goals.append(table.goal(name, result["error_percent"]["median"], "%", "<", 0.5))

    def start_up(self):
        cli = (self.setup.cli, "mockarty-cli")
        for name, script, cache, limit_ms in (
            ("start to first request, ES5", "http_get.js", "warm", 100),
            ("start to first request, ES module, cached", "http_get_module.js", "warm", 150),
            ("start to first request, ES module, not cached", "http_get_module.js", "cold", 2_000),
            ("start to first request, dense ES module of 200 lines, not cached", "es_module_200.js", "cold", 400),
        ):
            result = self.attempt(name, [cli], lambda s=script, c=cache: rows.start_up(self.setup, s, c))
            if result:
                self.goals.append(table.goal(name, result["ms"]["median"], "ms", "<", limit_ms))
        if self.setup.k6:
            script = os.path.join(self.setup.bench_dir, "http_get.js")
            command = lambda url: [self.setup.k6, "run", "--no-usage-report", "-q", "-e", f"URL={url}", script]
            result = self.attempt("k6: start to first request", [],
                                  lambda: rows.start_up(self.setup, "http_get.js", "warm", command))
            if result:
                self.lines += ["", f"for comparison, k6 from start to first request: {table.format_spread(result['ms'])} ms"]

    def samples(self):
        name = "30 million samples: growth once settled"
        result = self.attempt(name, [(self.setup.engine_bench, "mockarty-bench")], lambda: rows.flat_memory(self.setup))
        if result:
            self.goals.append(table.goal(name, result["growth_percent"], "%", "<", 5))

    def fleet(self):
        needed = [(self.setup.cli, "mockarty-cli"), (self.setup.coordinator, "mockarty-coordinator")]
        for mode, said in (("grpc", ""), ("poll", " that poll")):
            result = self.attempt(f"1,000 simulated runners{said}", needed,
                                  lambda m=mode: fleet_rows.simulated_runners(self.setup, mode=m))
            if result:
                name = f"1,000 runners{said}, 50 series: cores of the coordinator"
                self.goals.append(table.goal(name, result["coordinator_cores"], "", "<", 1))
                self.goals.append(table.goal("... window sent to stored and acknowledged, p99", result["ack_p99_ms"], "ms", "<", 500))
                growth = (result["rss_mb_late"] / max(1, result["rss_mb_early"]) - 1) * 100
                self.goals.append(table.goal("... growth of its memory once settled", growth, "%", "<", 10))
        for mode, said in (("grpc", ""), ("poll", ", runners that poll")):
            result = self.attempt(f"100,000 tasks queued{said}", needed, lambda m=mode: fleet_rows.dispatch(self.setup, mode=m))
            if result:
                name = f"100,000 tasks queued{said}: dispatched and their ends stored"
                self.goals.append(table.goal(name, result["dispatched_per_s"], "/s", ">=", 1000))
                self.goals.append(table.goal("... in the slowest second", result["slowest_second"], "/s", ">=", 1000))
        result = self.attempt("start skew of 8 runners", needed, lambda: fleet_rows.start_skew(self.setup))
        if result:
            self.goals.append(table.goal("start skew of 8 local runners, worst run", result["ms"]["max"], "ms", "<", 5))
        result = self.attempt("CPU a request by runners", needed, lambda: fleet_rows.cost_by_runners(self.setup))
        if result:
            for count, ratio in result["ratio_to_one"].items():
                if count > 1:
                    self.goals.append(table.goal(f"CPU a request, {count} runners beside one", ratio, "x", "<", 1.05))
            for count, ratio in result["ratio_to_alone"].items():
                if count > 1:
                    name = f"... {count} runners beside {count} processes of no fleet"
                    self.goals.append(table.goal(name, ratio, "x", "<", 1.05))
            alone = ", ".join(f"{count} {ratio:.2f}x" for count, ratio in result["alone_ratio_to_one"].items() if count > 1)
            self.lines += ["", f"for comparison, CPU a request of so many processes of no fleet beside one: {alone}"]
            waits = ", ".join(f"{count} runners {ratio:.2f}x" for count, ratio in result["thinking_ratio_to_one"].items() if count > 1)
            self.lines += ["", f"for comparison, CPU a request where users think for 20 ms and a turn of a loop finds little to do: {waits}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure; all when none is named: {', '.join(PARTS)}")
    parser.add_argument("--build-dir", default=os.path.join(ROOT, "build/release"), help="where bin/mockarty-cli is")
    arguments = parser.parse_args()
    for part in arguments.parts:
        if part not in PARTS:
            parser.error(f"no part is called '{part}': expected one of {', '.join(PARTS)}")
    parts = arguments.parts or PARTS

    with tempfile.TemporaryDirectory(prefix="mockarty-bench-") as work_dir:
        os.chmod(work_dir, 0o755)  # nginx's worker is another user.
        setup = Setup(work_dir, os.path.abspath(arguments.build_dir))
        bench = Bench(setup)
        about = machine(setup)
        if not setup.k6:
            bench.lines.append("k6: left out, as build/bench/k6 is not there (scripts/bench builds it where Go is)")
        if not setup.wrk:
            bench.lines.append("wrk: left out, as it is not installed")
        try:
            with Nginx(work_dir, setup.max_files) as nginx:
                if "throughput" in parts:
                    bench.throughput(nginx)
                if "http" in parts:
                    bench.http(nginx)
                if "memory" in parts:
                    bench.memory(nginx)
                if "rates" in parts:
                    bench.rates(nginx)
            if "start-up" in parts:
                bench.start_up()
            if "samples" in parts:
                bench.samples()
            if "fleet" in parts:
                bench.fleet()
        except BenchError as error:
            sys.exit(f"bench: {error}")

    print(f"{about['cpu']}, {about['cores']} cores, kernel {about['kernel']}, "
          f"windows of {setup.seconds:g} s, medians of {setup.repeats}")
    print("\n".join(bench.lines + table.goal_lines(bench.goals)))
    results_path = os.path.join(ROOT, "build/bench/results.json")
    os.makedirs(os.path.dirname(results_path), exist_ok=True)
    with open(results_path, "w", encoding="utf-8") as results:
        json.dump(
            {
                "schema": "mockarty.bench/1",
                "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
                "machine": about,
                "window_s": setup.seconds,
                "repeats": setup.repeats,
                "figures": bench.figures,
                "goals": bench.goals,
            },
            results,
            indent=2,
        )
    print(f"\nwritten to {os.path.relpath(results_path, os.getcwd())}")


if __name__ == "__main__":
    main()
