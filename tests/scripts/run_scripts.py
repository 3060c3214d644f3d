"""Runs scripts of this folder by mockarty-cli, as a user would, and compares what their headers say is to come out.

    run_scripts.py [FOLDER | FILE]...      all folders when none is given

MOCKARTY_BIN_DIR names the folder of the binaries. One mockarty-target on free ports serves all scripts of a call; they
find it in __ENV.TARGET (also BASE_URL) and, with TLS, TARGET_TLS. README.md beside this file lists the header's lines.
"""

import concurrent.futures
import json
import operator
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
BIN_DIR = os.path.abspath(os.environ.get("MOCKARTY_BIN_DIR", os.path.join(FOLDER, "../../build/dev/bin")))
JOBS = 4
TIME_LIMIT_S = 100

CONSOLE_LINE = re.compile(r"(?:debug|info|warn|error) \[VU \d+\] ?(.*)")
RUN_LINE = re.compile(r"(?:(?:debug|info|warn|error) \[VU \d+\]|(?:debug|info):) ?(.*)")  # also of no virtual user
METRIC_LINE = re.compile(r"(.+?)\.(p\([\d.]+\)|\w+)\s+(<=|>=|==|!=|<|>)\s+(\S+)$")
OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq,
             "!=": operator.ne}
# What only the in-process test of tests/engine can do: no command line has these limits.
IN_PROCESS = {"stop-after-ms", "heap-limit-kib"}
REPEATED = {"expect", "expect-error", "expect-output", "expect-no-output", "expect-metric", "expect-check", "args",
            "env", "replace"}
SINGLE = {"expect-init-error", "expect-exit", "expect-checks", "iterations", "console", "target", "run", "note",
          "around", "file"}


class Header:
    """The comment lines a file begins with. A line that looks like `// key: value` with an unknown key is an error."""

    def __init__(self, path):
        self.values = {key: [] for key in REPEATED}
        self.problems = []
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                if not line.startswith("//"):
                    break
                match = re.match(r"// ([a-z-]+):(?: (.*))?$", line.rstrip("\n"))
                if match:
                    self.add(match.group(1), match.group(2) or "")

    def add(self, key, value):
        if key in REPEATED:
            self.values[key].append(value)
        elif key in SINGLE | IN_PROCESS:
            self.values[key] = value
        else:
            self.problems.append(f"unknown line in the header: '{key}'")

    def get(self, key, default=None):
        return self.values.get(key, default)


class Target:
    """A mockarty-target on free ports, ended by its pid."""

    def __init__(self, folder):
        self.ca = os.path.join(folder, "ca.pem")
        self.process = subprocess.Popen(
            [os.path.join(BIN_DIR, "mockarty-target"), "--port", "0", "--tls", "--ca-out", self.ca],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        text = b""
        deadline = time.monotonic() + 30
        while text.count(b"\n") < 2 and time.monotonic() < deadline:
            if select.select([self.process.stdout], [], [], 1)[0]:
                part = os.read(self.process.stdout.fileno(), 4096)
                if not part:
                    break
                text += part
        urls = re.findall(r"(https?://\S+)", text.decode())
        if len(urls) < 2:
            self.stop()
            raise SystemExit(f"mockarty-target did not say where it listens, but: {text!r}")
        self.url = next(url for url in urls if url.startswith("http://"))
        self.tls_url = next(url for url in urls if url.startswith("https://"))

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Script:
    """One file, its run, and what is wrong with it."""

    def __init__(self, path, target, folder):
        self.path = path
        self.target = target
        self.folder = folder
        self.header = Header(path)
        self.problems = list(self.header.problems)
        self.report = {}

    def command(self, script):
        header = self.header
        out = os.path.join(self.folder, "report.json")
        arguments = " ".join(header.get("args")).split()
        arguments = [self.fill(argument) for argument in arguments]
        if not arguments:
            arguments = ["--vus", "1", "--iterations", header.get("iterations", "1")]
        elif header.get("iterations"):
            arguments += ["--iterations", header.get("iterations")]
        environment = [f"TARGET={self.target.url}", f"BASE_URL={self.target.url}", f"TARGET_TLS={self.target.tls_url}",
                       f"TARGET_HOST={self.target.url.split('//')[1]}", f"TARGET_CA={self.target.ca}"]
        environment += [self.fill(text) for text in header.get("env")]
        command = [os.path.join(BIN_DIR, "mockarty-cli"), "perf", "run", script, "--out", "json:" + out] + arguments
        for text in environment:
            command += ["-e", text]
        return command, out

    def fill(self, text):
        return text.replace("{HERE}", os.path.dirname(self.path)).replace("{TARGET}", self.target.url).replace("{TMP}", self.folder).replace("{CA}", self.target.ca)

    def prepare(self):
        """The file itself, or a copy in which the header's changes are made: addresses, the code around a fragment."""
        header = self.header
        if header.get("file"):  # what is run is no script: a collection
            return self.prepare_file(os.path.join(os.path.dirname(self.path), header.get("file")))
        if not header.get("replace") and not header.get("around"):
            return self.path
        with open(self.path, encoding="utf-8") as file:
            text = file.read()
        for change in header.get("replace"):
            old, new = change.split(" -> ")
            body = text[len(text) - len(self.body(text)):]
            if old not in body:
                self.problems.append(f"replace: '{old}' is not in the file")
            text = text[:len(text) - len(body)] + body.replace(old, self.fill(new))
        if header.get("around") == "default":  # a fragment of native code becomes the default function
            body = self.body(text)
            text = text[:len(text) - len(body)] + "module.exports.default = function () {\n" + body + "\n};\n"
        elif header.get("around"):  # code that is put behind it
            text += "\n" + self.fill(header.get("around")) + "\n"
        copy = os.path.join(self.folder, os.path.basename(self.path))
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text)
        return copy

    def prepare_file(self, path):
        if not self.header.get("replace"):
            return path
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for change in self.header.get("replace"):
            old, new = change.split(" -> ")
            text = text.replace(old, self.fill(new))
        copy = os.path.join(self.folder, os.path.basename(path))
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text)
        return copy

    @staticmethod
    def body(text):
        lines = text.splitlines(keepends=True)
        start = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
        return "".join(lines[start:])

    def run(self):
        command, out = self.command(self.prepare())
        if self.problems:
            return
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT_S, stdin=subprocess.DEVNULL,
                                  env=dict(os.environ, HOME=self.folder, MOCKARTY_TEST_VARIABLE="from the process"),
                                  cwd=self.folder, check=False)
        except subprocess.TimeoutExpired as late:
            self.problems.append(f"did not end within {TIME_LIMIT_S} s; {(late.stderr or b'').decode()[-500:]}")
            return
        self.stderr = done.stderr.decode("utf-8", "replace")
        self.output = done.stdout.decode("utf-8", "replace") + "\n" + self.stderr
        if os.path.exists(out):
            with open(out, encoding="utf-8") as file:
                self.report = json.load(file)
        self.compare(done.returncode)
        if self.problems:
            self.problems.append("exit code " + str(done.returncode) + ", stderr:\n" + self.stderr[-3000:])

    def compare(self, code):
        header = self.header
        init_error = header.get("expect-init-error")
        if init_error is not None:
            if code not in (104, 107):
                self.problems.append(f"exit code {code} where an init error has 104 or 107")
            if init_error not in self.output:
                self.problems.append(f"not in the output: {init_error}")
            return
        wanted = int(header.get("expect-exit", "0"))
        if code != wanted:
            self.problems.append(f"exit code {code}, expected {wanted}")
        for text in header.get("expect-output"):
            if self.fill(text) not in self.output:
                self.problems.append(f"not in the output: {text}")
        for text in header.get("expect-no-output"):
            if self.fill(text) in self.output:
                self.problems.append(f"in the output: {text}")
        if self.report:
            self.compare_errors()
            self.compare_figures()
        elif header.get("expect-metric") or header.get("expect-checks"):
            self.problems.append("there is no report")
        self.compare_console()

    def compare_errors(self):
        got = [error["message"] for error in self.report["errors"]]
        wanted = self.header.get("expect-error")
        for text in wanted:
            if not any(text in message for message in got):
                self.problems.append(f"no error with: {text}")
        for message in got:  # what went wrong with requests is there too; only what the script threw must be expected
            if re.match(r"\S+\.(js|ts|mjs|json|har):[\d ]", message) and not any(text in message for text in wanted):
                self.problems.append(f"unexpected error: {message}")

    def compare_console(self):
        mode = self.header.get("console", "ordered")
        if mode == "ignore":
            return
        messages = {error["message"] for error in self.report.get("errors", [])}
        lines = []
        for line in self.stderr.splitlines():
            match = (RUN_LINE if mode == "run" else CONSOLE_LINE).match(line)
            if match and match.group(1) not in messages:
                lines.append(match.group(1))
        wanted = list(self.header.get("expect"))
        if mode == "unordered":
            lines.sort()
            wanted.sort()
        if lines != wanted:
            for i in range(max(len(lines), len(wanted))):
                a, b = (lines[i:i + 1] or [None])[0], (wanted[i:i + 1] or [None])[0]
                if a != b:
                    self.problems.append(f"console line {i + 1} is   {a!r}\n    expected          {b!r}")
                    break

    def compare_figures(self):
        header = self.header
        if header.get("expect-checks"):
            self.compare_checks(header.get("expect-checks"))
        for text in header.get("expect-check"):
            match = re.match(r"(.*) (\d+)/(\d+)$", text)
            name, passes, fails = match.group(1), int(match.group(2)), int(match.group(3))
            found = [(check["passes"], check["fails"]) for check in self.report["checks"]
                     if (check["group"] + "::" + check["name"] if check["group"] else check["name"]) == name]
            if found != [(passes, fails)]:
                self.problems.append(f"check '{name}': {found}, expected {(passes, fails)}")
        for text in header.get("expect-metric"):
            match = METRIC_LINE.match(text)
            name, stat, relation, value = match.groups()
            metric = {**self.report["metrics"], **self.report.get("submetrics", {})}.get(name)
            if value == "none":
                if metric is not None:
                    self.problems.append(f"metric {name} is there: {metric}")
            elif metric is None or stat not in metric:
                self.problems.append(f"no {text.split()[0]} in the report; there are {sorted(self.report['metrics'])}")
            elif not OPERATORS[relation](metric[stat], float(value)):
                self.problems.append(f"expected {text}, got {metric[stat]}")

    def compare_checks(self, wanted):
        checks = self.report["checks"]
        passes = sum(check["passes"] for check in checks)
        fails = sum(check["fails"] for check in checks)
        if wanted == "100%":
            failed = [check["name"] for check in checks if check["fails"] > 0]
            if fails > 0 or passes == 0:
                self.problems.append(f"{passes} checks passed, {fails} failed: {failed}")
        elif wanted != f"{passes}/{fails}":
            self.problems.append(f"{passes} checks passed and {fails} failed, expected {wanted}")


def run_one(path, target):
    folder = tempfile.mkdtemp(prefix="mockarty-script-")
    own = None
    try:
        script = Script(path, target, folder)
        if IN_PROCESS & set(script.header.values):
            return None
        if script.header.get("target") == "own":
            own = script.target = Target(folder)
        script.run()
        return script.problems
    finally:
        if own is not None:
            own.stop()
        shutil.rmtree(folder, ignore_errors=True)


def find(names):
    for name in names or [FOLDER]:
        path = os.path.abspath(name if os.path.isfile(name) else os.path.join(FOLDER, name))
        if os.path.isfile(path):
            yield path
            continue
        for root, _, files in os.walk(path):
            # What scripts import is in folders named `parts`.
            if "parts" not in root[len(FOLDER):].split(os.sep):
                yield from (os.path.join(root, file) for file in sorted(files) if file.endswith((".js", ".ts")))


def main():
    paths = sorted(set(find(sys.argv[1:])))
    if not paths:
        raise SystemExit("no scripts found")
    shared = tempfile.mkdtemp(prefix="mockarty-scripts-")
    target = Target(shared)
    failed = ran = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for path, problems in zip(paths, pool.map(lambda path: run_one(path, target), paths)):
                name = os.path.relpath(path, FOLDER)
                if problems is None:
                    continue
                ran += 1
                if problems:
                    failed += 1
                    print(f"FAIL {name}\n  " + "\n  ".join(problems), flush=True)
    finally:
        target.stop()
        shutil.rmtree(shared, ignore_errors=True)
    print(f"{ran} scripts, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
