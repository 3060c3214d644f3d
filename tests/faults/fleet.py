"""A fleet of real processes on free loopback ports, for tests that break it on purpose.

    class MyTest(FleetTest):
        def test_something(self):
            self.start_fleet(runners=2)
            run = self.cli("perf", "run", self.script(SCRIPT))
            self.runners[0].kill()
            report = self.report(run)

Everything lies in a temporary folder and ends by its pid, also when a test fails; the logs of all processes are printed
then. Binaries: $MOCKARTY_BIN_DIR.
"""

import collections
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from proxy import Proxy  # noqa: E402

BIN = os.environ.get("MOCKARTY_BIN_DIR", os.path.abspath("build/dev/bin"))
START_TIMEOUT = 20  # s
RUN_TIMEOUT = 90  # s

LogLine = collections.namedtuple("LogLine", "time method path status size")


def free_port():
    """A free port below the ones that the system gives to outgoing connections, so that it stays free for a restart."""
    for _ in range(200):
        port = random.randint(12_000, 31_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


def wait_until(condition, what, timeout=START_TIMEOUT):
    """The first true value of condition(); fails with `what` when it does not come."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out after {timeout} s: {what}")
        time.sleep(0.05)


class Process:
    """One child with its output in a file. `wrap`: a command before the binary, such as unshare."""

    def __init__(self, folder, name, arguments, environment=None, wrap=()):
        self.name = name
        self.log_path = os.path.join(folder, f"{name}-{time.monotonic_ns()}.log")
        self._log = open(self.log_path, "wb")
        env = {key: value for key, value in os.environ.items() if not key.startswith(("MOCKARTY_", "RUNNER_"))}
        env.update(environment or {})
        self.popen = subprocess.Popen([*wrap, *arguments], stdin=subprocess.DEVNULL, stdout=self._log,
                                      stderr=subprocess.STDOUT, env=env, start_new_session=True)

    @property
    def pid(self):
        return self.popen.pid

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for(self, pattern, timeout=START_TIMEOUT):
        """The match of a regular expression in the output."""
        def look():
            match = re.search(pattern, self.log())
            if match is None and self.popen.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.popen.returncode} before {pattern!r}:\n{self.log()}")
            return match
        return wait_until(look, f"{self.name} did not say {pattern!r}:\n{self.log()}", timeout)

    def alive(self):
        return self.popen.poll() is None

    def send(self, sig):
        if self.alive():
            os.kill(self.pid, sig)

    def kill(self):
        self.send(signal.SIGKILL)
        self.popen.wait(timeout=10)

    def stop(self, timeout=20):
        """SIGTERM, SIGKILL when that does not help. The exit code."""
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        try:
            code = self.popen.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self.popen.returncode
        self._log.close()
        return code

    def wait(self, timeout=RUN_TIMEOUT):
        return self.popen.wait(timeout=timeout)

    def children(self):
        """The pids of this process's children."""
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                        parent = int(file.read().rsplit(")", 1)[1].split()[1])
                except (OSError, IndexError, ValueError):
                    continue
                if parent == self.pid:
                    found.append(int(entry))
        return found


class Target(Process):
    """mockarty-target with an access log."""

    def __init__(self, folder):
        self.access_log = os.path.join(folder, "access.log")
        super().__init__(folder, "target", [os.path.join(BIN, "mockarty-target"), "--port", "0", "--access-log",
                                            self.access_log, "--threads", "2"])
        self.url = self.wait_for(r"listening on (http://\S+)")[1]

    def lines(self):
        with open(self.access_log, encoding="utf-8", errors="replace") as file:
            text = file.read()
        lines = []
        for line in text.split("\n")[:-1]:  # what has no end yet is being written
            stamp, method, path, status, size = line.split(" ")
            lines.append(LogLine(parse_time(stamp), method, path, int(status), int(size)))
        return lines


def parse_time(stamp):
    """RFC 3339 with milliseconds, in seconds since 1970."""
    import calendar
    whole, fraction = stamp.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + int(fraction) / 1000


class Coordinator(Process):
    def __init__(self, folder, environment, name="coordinator"):
        super().__init__(folder, name, [os.path.join(BIN, "mockarty-coordinator")], environment)
        match = self.wait_for(r"listening grpc=(\S+) http=(\S+)")
        self.grpc_port = int(match[1].rsplit(":", 1)[-1])
        self.http_port = int(match[2].rsplit(":", 1)[-1])


class Cli(Process):
    """A run by mockarty-cli. Its output and report file can be read when it has ended."""

    def __init__(self, folder, arguments, environment):
        self.report_path = os.path.join(folder, f"report-{time.monotonic_ns()}.json")
        super().__init__(folder, "cli", [os.path.join(BIN, "mockarty-cli"), *arguments, "--out",
                                         "json:" + self.report_path], environment, wrap=("env", "-C", folder))

    def run_id(self):
        return self.wait_for(r"(?m)^run (\S+) at ")[1]

    def wait_running(self, timeout=START_TIMEOUT):
        """Until the load has begun. Progress lines come every five seconds, the first at once."""
        self.wait_for(r"(?m)^running \d\d:\d\d", timeout)

    def report(self):
        with open(self.report_path, encoding="utf-8") as file:
            return json.load(file)


class FleetTest(unittest.TestCase):
    """A temporary folder, a target, and whatever a test starts."""

    heartbeat_timeout = "2s"

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mockarty-faults-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)  # after tearDown() and all later clean-ups
        self.data_dir = os.path.join(self.folder, "data")
        self.processes = []
        self.proxies = []
        self.runners = []
        self.coordinator_environment = {}
        self.target = self.keep(Target(self.folder))

    def tearDown(self):
        for process in reversed(self.processes):
            process.stop()
        for proxy in self.proxies:
            proxy.close()
        if self.failed():
            for process in self.processes:
                text = process.log()
                print(f"\n--- {process.name} (exit code {process.popen.returncode})\n{text[-8000:]}", file=sys.stderr)

    def failed(self):
        outcome = getattr(self, "_outcome", None)
        if outcome is None:
            return False
        errors = getattr(outcome, "errors", None)  # Python 3.10 and before
        if errors is not None:
            return any(error for _, error in errors)
        result = outcome.result
        return any(test is self for test, _ in result.failures + result.errors)

    def keep(self, process):
        self.processes.append(process)
        return process

    # Parts of a fleet.

    def environment_of_coordinator(self, **more):
        return {"DATA_DIR": self.data_dir, "HTTP_PORT": str(self.http_port), "HTTP_BIND_ADDR": "127.0.0.1",
                "RUNNER_GRPC_PORT": str(self.grpc_port), "RUNNER_GRPC_BIND_ADDR": "127.0.0.1",
                "RUNNER_HEARTBEAT_TIMEOUT": self.heartbeat_timeout, **self.coordinator_environment, **more}

    def start_coordinator(self, **environment):
        self.grpc_port, self.http_port = free_port(), free_port()
        self.coordinator_environment = environment
        os.makedirs(self.data_dir, exist_ok=True)
        self.user_token = self.create_token("user", "tests")
        self.runner_token = self.create_token("test_runner", "runners")
        self.coordinator = self.keep(Coordinator(self.folder, self.environment_of_coordinator()))

    def restart_coordinator(self):
        """After its end: a new process on the same ports and the same store."""
        self.coordinator = self.keep(Coordinator(self.folder, self.environment_of_coordinator()))

    def create_token(self, kind, name):
        done = self.coordinator_command("token", "create", "--type", kind, "--name", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip().split()[-1]

    def coordinator_command(self, *arguments):
        env = {**{k: v for k, v in os.environ.items() if not k.startswith("MOCKARTY_")},
               **self.environment_of_coordinator()}
        return subprocess.run([os.path.join(BIN, "mockarty-coordinator"), *arguments], env=env, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=30)

    def add_runner(self, name=None, port=None, wrap=(), token=None, **environment):
        name = name or f"runner-{len(self.runners) + 1}"
        address = environment.pop("COORDINATOR_ADDR", f"127.0.0.1:{port or self.grpc_port}")
        runner = self.keep(Process(self.folder, name, [os.path.join(BIN, "mockarty-runner")], {
            "COORDINATOR_ADDR": address, "API_TOKEN": token or self.runner_token, "RUNNER_NAME": name,
            "UI_ENABLED": "false", "DRAIN_TIMEOUT": "2s", **environment}, wrap))
        self.runners.append(runner)
        return runner

    def add_proxy(self):
        proxy = Proxy(self.grpc_port)
        self.proxies.append(proxy)
        return proxy

    def start_fleet(self, runners, **environment):
        self.start_coordinator(**environment)
        for _ in range(runners):
            self.add_runner()
        self.wait_runners(runners)

    def health(self):
        """(status code, body)"""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/health", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    # The command line.

    def cli_environment(self):
        return {"MOCKARTY_COORDINATOR": f"127.0.0.1:{self.grpc_port}", "MOCKARTY_API_KEY": self.user_token}

    def run_cli(self, *arguments):
        env = {**os.environ, **self.cli_environment()}
        return subprocess.run([os.path.join(BIN, "mockarty-cli"), *arguments], env=env, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=RUN_TIMEOUT)

    def list_runners(self):
        done = self.run_cli("runners", "--json")
        return json.loads(done.stdout) if done.returncode == 0 else []

    def wait_runners(self, count):
        def all_there():
            found = [r for r in self.list_runners() if r["state"] == "connected"]
            return found if len(found) >= count else None
        return wait_until(all_there, f"{count} runners did not connect")

    def script(self, text, name="test.js"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def cli(self, script, *options):
        """Starts `perf run`; BASE_URL is the target."""
        return self.keep(Cli(self.folder, ["perf", "run", script, "-e", "BASE_URL=" + self.target.url, *options],
                             self.cli_environment()))

    # What came of it.

    def finish(self, run, code=0, timeout=RUN_TIMEOUT):
        """Waits for the end of a run; its report."""
        got = run.wait(timeout)
        self.assertEqual(got, code, run.log())
        return run.report()

    def counts(self, report):
        """Requests of each virtual user: (by the report, by the target's log)."""
        reported = collections.Counter()
        for route in report["summary"]["per_route_stats"]:
            match = re.fullmatch(r"GET vu(\d+)", route["route"])
            if match:
                reported[int(match[1])] = route["count"]
        logged = collections.Counter(int(line.path.rsplit("=", 1)[1]) for line in self.target.lines()
                                     if line.path.startswith("/get?vu="))
        return reported, logged

    def assert_equals_log(self, report):
        """Requests in all and of each virtual user, and errors, as the target served them."""
        lines = self.target.lines()
        self.assertGreater(len(lines), 0)
        reported, logged = self.counts(report)
        self.assertEqual(reported, logged)
        self.assertEqual(report["totalRequests"], len(lines), "requests of the report and lines of the log")
        self.assertEqual(report["failedRequests"], sum(line.status >= 400 for line in lines))
        self.assertEqual(report["measurement"]["missingWindows"], 0)

    def users_alive_after(self, moment):
        """The virtual users that the target heard of after an instant (seconds since 1970)."""
        return {int(line.path.rsplit("=", 1)[1]) for line in self.target.lines()
                if line.time > moment and line.path.startswith("/get?vu=")}

    def runner_of(self, report, name):
        found = [runner for runner in report["distributed"]["runners"] if runner["runner"] == name]
        self.assertTrue(found, f"{name} is not in {report['distributed']}")
        return found[0]


# One request and a pause an iteration; each virtual user has a route of its own in the report and in the log, so that
# the two can be compared user by user.
STEADY_SCRIPT = """
import http from 'k6/http';
import { sleep } from 'k6';
export const options = { %(options)s, gracefulStop: '5s' };
export default function () {
  http.get(`${__ENV.BASE_URL}/get?vu=${__VU}`, { tags: { name: `vu${__VU}` } });
  sleep(%(pause)s);
}
"""


def steady(vus=9, seconds=8, pause=0.05):
    return STEADY_SCRIPT % {"options": f"vus: {vus}, duration: '{seconds}s'", "pause": pause}
