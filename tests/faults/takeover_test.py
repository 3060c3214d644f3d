"""PostgreSQL. Two coordinators on it: the owner of a run is killed, the other takes it over, the runners follow. A link to it
that breaks at COMMIT: no run is lost, none runs twice."""

import os
import pwd
import random
import shutil
import subprocess
import unittest

from fleet import Cli, Coordinator, FleetTest, free_port, steady, wait_until
from proxy import Proxy


def postgres_bin():
    for folder in ("/usr/lib/postgresql/15/bin", os.path.dirname(shutil.which("initdb") or "")):
        if folder and os.path.exists(os.path.join(folder, "initdb")):
            return folder
    return None


class Postgres:
    """A cluster in a folder, on a free port of 127.0.0.1. Root may not run one, so it lends it to `postgres`."""

    def __init__(self, folder):
        self.bin = postgres_bin()
        self.data = os.path.join(folder, "postgres")
        self.port = free_port()
        self.as_user = []
        os.makedirs(self.data)
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chmod(folder, 0o755)
            os.chown(self.data, user.pw_uid, user.pw_gid)
            self.as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        self.call("initdb", "-D", self.data, "-A", "trust", "-U", "mockarty", "--no-sync")
        self.call("pg_ctl", "-D", self.data, "-w", "-o",
                  f"-p {self.port} -h 127.0.0.1 -k {self.data} -F", "-l", os.path.join(self.data, "log"), "start")
        self.dsn = f"host=127.0.0.1 port={self.port} user=mockarty dbname=postgres"

    def call(self, name, *arguments):
        done = subprocess.run([*self.as_user, os.path.join(self.bin, name), *arguments], cwd="/", text=True, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{name}: {done.stdout}")

    def stop(self):
        self.call("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


class AnswerLosingProxy(Proxy):
    """Of each three COMMITs one arrives, and the connection ends before its answer does.

    Which of them is left to chance: a coordinator that tries again each second makes three a second, and were it always the
    third, it would be the same run's for as long as it tries.
    """

    def __init__(self, target_port):
        self.losing = False
        self.commits = 0
        self.seed = random.randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.lost = 0  # the place in the present three
        super().__init__(target_port)

    async def _pump(self, reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            if self.losing and data.endswith(b"COMMIT\0"):
                place = self.commits % 3
                if place == 0:
                    self.lost = self.random.randrange(3)
                self.commits += 1
                if place == self.lost:
                    return
            await writer.drain()


@unittest.skipIf(postgres_bin() is None, "PostgreSQL is not installed")
class Takeover(FleetTest):
    heartbeat_timeout = "10s"

    def setUp(self):
        super().setUp()
        self.postgres = Postgres(self.folder)
        self.addCleanup(self.postgres.stop)

    def test_the_other_coordinator_takes_the_run_over(self):
        self.start_coordinator(DB_USE="pg", DB_DSN=self.postgres.dsn, NODE_ID="first")
        first_port = self.grpc_port
        self.grpc_port, self.http_port = free_port(), free_port()
        second = self.environment_of_coordinator()
        second.update(NODE_ID="second", DATA_DIR=os.path.join(self.folder, "data-2"))
        self.keep(Coordinator(self.folder, second, name="coordinator-2"))
        second_port, self.grpc_port = self.grpc_port, first_port
        both = f"127.0.0.1:{first_port},127.0.0.1:{second_port}"
        for _ in range(2):
            self.add_runner(COORDINATOR_ADDR=both)
        self.wait_runners(2)
        run = self.cli(self.script(steady(vus=8, seconds=22)), "--runners", "2")
        run.wait_running()
        run_id = run.run_id()
        wait_until(lambda: len(self.target.lines()) > 200, "the load did not begin")
        self.coordinator.kill()
        self.grpc_port = second_port
        watch = self.keep(Cli(self.folder, ["perf", "watch", run_id], self.cli_environment()))
        report = self.finish(watch)
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        self.assertEqual([r["state"] for r in report["distributed"]["runners"]], ["completed", "completed"])

    def test_lost_answers_to_commit_lose_no_run(self):
        self.start_coordinator(DB_USE="pg", DB_DSN=self.postgres.dsn)  # makes the tables and the tokens
        self.coordinator.kill()
        proxy = AnswerLosingProxy(self.postgres.port)
        self.addCleanup(proxy.close)
        self.coordinator_environment["DB_DSN"] += f" port={proxy.port}"
        self.restart_coordinator()
        for _ in range(2):
            self.add_runner()
        self.wait_runners(2)
        script = self.script(steady(vus=4, seconds=6))
        print(f"seed of the lost answers: {proxy.seed}")
        proxy.losing = True
        runs = [self.cli(script, "--runners", "1") for _ in range(4)]
        requests = 0
        for run in runs:
            report = self.finish(run)
            requests += report["totalRequests"]
            self.assertEqual([r["state"] for r in report["distributed"]["runners"]], ["completed"])
            self.assertFalse(report["distributed"]["partial"])
        self.assertEqual(requests, len(self.target.lines()))
        self.assertGreater(proxy.commits, 12)



if __name__ == "__main__":
    unittest.main()
