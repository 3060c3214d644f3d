"""Child processes of the benchmark: started, measured through /proc, stopped by pid."""

import os
import signal
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
STOP_TIMEOUT_S = 10


class BenchError(Exception):
    """A row that cannot be measured, with the reason for the reader."""


class Child:
    """One process. Use as a context manager: it is gone when the block ends."""

    def __init__(self, command, log_path, env=None):
        self.command = command
        self.log_path = log_path
        with open(log_path, "wb") as log:
            self.started_ns = time.monotonic_ns()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
            )
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def running(self):
        return self.process.poll() is None

    def cpu_seconds(self):
        """User and system time of all threads so far, as a pair."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as stat:
            # The command name may hold spaces and brackets: fields count from after the last one.
            fields = stat.read().rpartition(")")[2].split()
        return int(fields[11]) / TICKS_PER_SECOND, int(fields[12]) / TICKS_PER_SECOND

    def memory_kib(self, field="VmRSS"):
        """A line of /proc/PID/status: VmRSS now, or VmHWM, the highest so far."""
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
        raise self.failure(f"has no {field}")

    def wait(self, timeout_s):
        try:
            return self.process.wait(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            raise self.failure(f"did not end within {timeout_s:.0f} s") from None

    def stop(self):
        """SIGTERM, and SIGKILL when that does not help within ten seconds."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def kill(self):
        """SIGKILL: for contenders whose report nobody reads."""
        if self.running():
            self.process.kill()
        self.process.wait()

    def failure(self, what):
        """An error that shows the last lines the process wrote."""
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            tail = log.read()[-600:].strip()
        return BenchError(f"{os.path.basename(self.command[0])} {what}; its last words: {tail or '(none)'}")
