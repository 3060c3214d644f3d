"""Runs the cases of this folder by mockarty-cli and counts, file by file, which pass.

    conformance.py            prints a table in Markdown, and the cases that fail
    conformance.py --check    compares with known_failures.txt: fails when a case fails that is not listed there, or one
                              that is listed passes
    conformance.py --update   writes known_failures.txt

MOCKARTY_BIN_DIR names the folder of the binaries.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
BIN_DIR = os.environ.get("MOCKARTY_BIN_DIR", os.path.join(FOLDER, "../../build/dev/bin"))
KNOWN = os.path.join(FOLDER, "known_failures.txt")
TIME_LIMIT_S = 40
LINE = re.compile(r"^info \[VU 1\] (ok|not ok) (.*)$", re.M)
TITLES = {
    "let_and_const": "let, const, blocks, dead zone",
    "functions": "functions, arrows, parameters, names",
    "classes": "classes",
    "syntax": "destructuring, spread, templates, operators, literals",
    "iteration": "iteration and generators",
    "async": "async functions, promises, timers",
    "modules": "modules, import(), top-level await",
    "array": "Array",
    "string": "String",
    "objects": "Object, Symbol, Reflect, Proxy, Error",
    "collections": "Map, Set, weak collections, typed arrays",
    "bigint": "BigInt",
    "numbers_and_text": "Number, Math, JSON, Date, encoding, URL",
    "regexp": "regular expressions",
    "host": "host: console, stack traces, limits",
}


def run(name):
    """What becomes of each case of a file: [(case, passed, message)]."""
    with tempfile.TemporaryDirectory(prefix="mockarty-conformance-") as home:
        command = [os.path.join(BIN_DIR, "mockarty-cli"), "perf", "run", os.path.join(FOLDER, name + ".js"), "--vus", "1",
                   "--iterations", "1"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT_S, stdin=subprocess.DEVNULL,
                                  env=dict(os.environ, HOME=home), check=False)
            output, code = done.stdout + done.stderr, f"exit code {done.returncode}"
        except subprocess.TimeoutExpired as late:
            output, code = (late.stdout or b"") + (late.stderr or b""), f"did not end within {TIME_LIMIT_S} s"
    with open(os.path.join(FOLDER, name + ".js"), encoding="utf-8") as file:
        # Names are plain text between quotes at the start of a line.
        names = re.findall(r"^test\('((?:[^'\\]|\\.)*)'", file.read(), re.M)
    names = [text.replace("\\'", "'") for text in names]
    seen = {}
    output = output.decode("utf-8", "replace")
    for match in LINE.finditer(output):
        text = match.group(2)
        case = max((known for known in names if text == known or text.startswith(known + ": ")), key=len, default=None)
        if case is not None:
            seen[case] = (match.group(1) == "ok", text[len(case):].lstrip(": "))
    reason = "did not run: " + (re.search(r"error.*", output) or [code])[0]
    return [(case, *seen.get(case, (False, reason))) for case in names]


def main():
    names = [name for name in TITLES if os.path.exists(os.path.join(FOLDER, name + ".js"))]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = dict(zip(names, pool.map(run, names)))
    failed = sorted(f"{name}: {case}" for name in names for case, passed, _ in results[name] if not passed)
    if "--update" in sys.argv:
        with open(KNOWN, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in failed))
        return 0
    if "--check" in sys.argv:
        with open(KNOWN, encoding="utf-8") as file:
            known = {line.rstrip("\n") for line in file if line.strip()}
        messages = {f"{name}: {case}": why for name in names for case, _, why in results[name]}
        worse = [case for case in failed if case not in known]
        better = sorted(known - set(failed))
        for case in worse:
            print(f"fails: {case}: {messages[case]}")
        for case in better:
            print(f"passes now, or is gone; take it out of known_failures.txt: {case}")
        return 1 if worse or better else 0
    total = passed_all = 0
    print("| feature | cases | pass | rate |\n|---|---|---|---|")
    for name in names:
        passed = sum(1 for _, good, _ in results[name] if good)
        total += len(results[name])
        passed_all += passed
        print(f"| {TITLES[name]} | {len(results[name])} | {passed} | {100 * passed / len(results[name]):.0f} % |")
    print(f"| all | {total} | {passed_all} | {100 * passed_all / total:.1f} % |\n")
    for name in names:
        for case, good, why in results[name]:
            if not good:
                print(f"- {TITLES[name]}: {case} ({why})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
