"""Rows about a coordinator and its runners: real processes on 127.0.0.1."""

import json
import os
import re
import resource
import statistics
import subprocess
import time

from processes import BenchError, Child, TICKS_PER_SECOND

START_TIMEOUT_S = 30


def wait_for_line(child, pattern, what):
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        with open(child.log_path, encoding="utf-8", errors="replace") as log:
            match = re.search(pattern, log.read())
        if match:
            return match
        if not child.running():
            raise child.failure(f"ended before it said {what}")
        time.sleep(0.05)
    raise child.failure(f"did not say {what}")


class Fleet:
    """A coordinator with an embedded store, a target, and as many runners as asked for. A context manager."""

    def __init__(self, setup, name):
        self.setup = setup
        self.bin = os.path.dirname(setup.cli)
        self.folder = os.path.join(setup.work_dir, name)
        os.makedirs(self.folder)
        self.children = []
        self.runners = []

    def __enter__(self):
        self.target = self.start("mockarty-target", ["--port", "0"])
        self.url = wait_for_line(self.target, r"listening on (http:\S+)", "where it listens")[1]
        data = os.path.join(self.folder, "data")
        self.environment = {
            "DATA_DIR": data, "HTTP_PORT": "0", "HTTP_BIND_ADDR": "127.0.0.1",
            "RUNNER_GRPC_PORT": "0", "RUNNER_GRPC_BIND_ADDR": "127.0.0.1", "LOG_LEVEL": "warn",
        }
        self.coordinator = self.start("mockarty-coordinator", [], self.environment)
        self.address, self.http_address = wait_for_line(self.coordinator, r"grpc=(\S+) http=(\S+)", "its ports").groups()
        with open(os.path.join(data, "admin-token"), encoding="ascii") as token:
            self.user_token = token.read().strip()
        self.runner_token = self.output("mockarty-coordinator", ["token", "create", "--type", "test_runner", "--name", "bench"],
                                        self.environment)
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.stop()

    def start(self, binary, arguments, environment=None):
        log = os.path.join(self.folder, f"{binary}-{len(self.children)}.log")
        child = Child([os.path.join(self.bin, binary), *arguments], log, environment)
        self.children.append(child)
        return child

    def output(self, binary, arguments, environment=None, timeout=300):
        done = subprocess.run([os.path.join(self.bin, binary), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout, check=False, env={**os.environ, **(environment or {})})
        if done.returncode != 0:
            raise BenchError(f"{binary} {arguments[0]} ended with {done.returncode}: {done.stderr[-500:]}")
        return done.stdout.strip()

    def add_runners(self, count):
        for _ in range(count):
            self.runners.append(self.start("mockarty-runner", [], {
                "COORDINATOR_ADDR": self.address, "API_TOKEN": self.runner_token, "UI_ENABLED": "false",
                "RUNNER_NAME": f"bench-{len(self.runners)}", "TASK_WORKERS": "1", "LOG_LEVEL": "warn",
            }))
        deadline = time.monotonic() + START_TIMEOUT_S
        while len(json.loads(self.cli(["runners", "--json"]))) < len(self.runners):
            if time.monotonic() > deadline:
                raise BenchError("the runners did not connect")
            time.sleep(0.1)

    def cli(self, arguments):
        return self.output("mockarty-cli", [*arguments, "--coordinator", self.address, "--token", self.user_token])

    def run(self, script, runners, vus, seconds):
        """The JSON report of one run over so many of the runners."""
        report = os.path.join(self.folder, "report.json")
        self.cli(["perf", "run", os.path.join(self.setup.bench_dir, script), "--runners", str(runners), "--vus", str(vus),
                  "--duration", f"{seconds:g}s", "--quiet", "-e", f"URL={self.url}/get", "--out", f"json:{report}"])
        with open(report, encoding="utf-8") as file:
            return json.load(file)

    def runners_cpu_seconds(self):
        """Of all runners and of the worker processes that they have waited for."""
        ticks = 0
        for runner in self.runners:
            with open(f"/proc/{runner.pid}/stat", encoding="ascii", errors="replace") as stat:
                ticks += sum(int(field) for field in stat.read().rpartition(")")[2].split()[11:15])
        return ticks / TICKS_PER_SECOND


def simulated_runners(setup, runners=1_000, mode="grpc"):
    with Fleet(setup, f"simulated-{mode}") as fleet:
        line = fleet.output("mockarty-fleet-load", [
            "--coordinator", fleet.address, "--mode", mode, "--http", fleet.http_address,
            "--runner-token", fleet.runner_token, "--user-token", fleet.user_token, "--runners", str(runners),
            "--seconds", str(max(10, int(setup.seconds * 5))), "--pid", str(fleet.coordinator.pid)])
        return json.loads(line)


def dispatch(setup, tasks=100_000, runners=50, slots=20, mode="grpc"):
    """Tiny tasks that were queued while no runner fitted, then dispatched to simulated runners; the ends are stored."""
    with Fleet(setup, f"dispatch-{mode}") as fleet:
        line = fleet.output("mockarty-fleet-load", [
            "--coordinator", fleet.address, "--mode", mode, "--http", fleet.http_address,
            "--runner-token", fleet.runner_token, "--user-token", fleet.user_token,
            "--tasks", str(tasks), "--runners", str(runners), "--slots", str(slots), "--series", "4",
            "--pid", str(fleet.coordinator.pid)], timeout=900)
        return json.loads(line)


def start_skew(setup, runners=8):
    with Fleet(setup, "skew") as fleet:
        fleet.add_runners(runners)
        skews = [fleet.run("http_get_sleep.js", runners, 2 * runners, 1)["distributed"]["startSkewMs"]
                 for _ in range(setup.repeats)]
        return {"ms": {"median": statistics.median(skews), "min": min(skews), "max": max(skews), "runs": len(skews)}}


def pin(process, cores):
    """All threads of a child; those that it starts later inherit it."""
    for thread in os.listdir(f"/proc/{process.pid}/task"):
        os.sched_setaffinity(int(thread), cores)


def cost_by_runners(setup, counts=(1, 2, 4), vus=2_000):
    """CPU microseconds a request, of runners and their worker processes; the counts take turns in each round.

    So many virtual users that each of four runners has hundreds: a loop with few has little to do a turn and pays the system
    calls of a turn for it, wherever it runs. The target and the coordinator have a core of their own. The runners share what
    is left, so that more of them also pay for taking turns on a core, which machines of a fleet do not: what as many
    processes without a coordinator pay is measured beside it.
    """
    cores = sorted(os.sched_getaffinity(0))
    with Fleet(setup, "cost") as fleet:
        fleet.add_runners(max(counts))
        if len(cores) > 1:
            pin(fleet.target, {cores[0]})
            pin(fleet.coordinator, {cores[0]})
            for runner in fleet.runners:
                pin(runner, set(cores[1:]))

        def cost(script, count):
            before = fleet.runners_cpu_seconds()
            # Long beside what a worker process costs before its first request.
            report = fleet.run(script, count, vus, 3 * setup.seconds)
            time.sleep(0.5)  # the runners have waited for their worker processes by then
            return (fleet.runners_cpu_seconds() - before) / max(1, report["totalRequests"]) * 1e6

        def cost_alone(count):
            """The same load from so many processes that know nothing of each other, on the same cores."""
            reports = [os.path.join(fleet.folder, f"alone-{i}.json") for i in range(count)]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            processes = [subprocess.Popen(
                [setup.cli, "perf", "run", os.path.join(setup.bench_dir, "http_get.js"), "--workers", "1", "--vus",
                 str(vus // count), "--duration", f"{3 * setup.seconds:g}s", "--quiet", "-e", f"URL={fleet.url}/get",
                 "--out", f"json:{report}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                preexec_fn=lambda: os.sched_setaffinity(0, set(cores[1:] or cores))) for report in reports]
            for process in processes:
                process.wait(timeout=300)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            requests = sum(json.load(open(report, encoding="utf-8"))["totalRequests"] for report in reports)
            return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / max(1, requests) * 1e6

        rounds = {"http_get.js": [], "http_get_think.js": [], "alone": []}
        for _ in range(setup.repeats):
            for script, costs in rounds.items():
                costs.append({count: cost_alone(count) if script == "alone" else cost(script, count) for count in counts})

        def ratios(costs):
            return {count: statistics.median(row[count] / row[counts[0]] for row in costs) for count in counts}

        busy = rounds["http_get.js"]
        return {"us_per_request": {count: statistics.median(row[count] for row in busy) for count in counts},
                "ratio_to_one": ratios(busy), "thinking_ratio_to_one": ratios(rounds["http_get_think.js"]),
                "alone_ratio_to_one": ratios(rounds["alone"]),
                "ratio_to_alone": {count: statistics.median(mine[count] / theirs[count] for mine, theirs in
                                                            zip(busy, rounds["alone"])) for count in counts},
                "cores": len(cores), "runs": len(busy)}
