"""The engine's BigInt against that of Node.js, on random operands.

    bigint_test.py [SEED [COUNT]]      the seed of each run is printed; BIGINT_SEED in the environment sets it too

Needs node and MOCKARTY_BIN_DIR.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BIGINT_SEED", "20")
    count = sys.argv[2] if len(sys.argv) > 2 else "12000"
    cli = os.path.join(os.environ.get("MOCKARTY_BIN_DIR", os.path.join(FOLDER, "../../build/dev/bin")), "mockarty-cli")
    with tempfile.TemporaryDirectory(prefix="mockarty-bigint-") as work:
        for name in ("check.js", "outcome.mjs"):
            shutil.copy(os.path.join(FOLDER, name), work)
        with open(os.path.join(work, "cases.json"), "wb") as cases:
            subprocess.run(["node", os.path.join(FOLDER, "cases.mjs"), seed, count], stdout=cases, check=True, timeout=120)
        done = subprocess.run([cli, "perf", "run", os.path.join(work, "check.js"), "--iterations", "1", "--quiet"],
                              capture_output=True, text=True, timeout=240, check=False)
    output = done.stdout + done.stderr
    print(f"seed {seed}\n{output[:20000]}")
    result = re.search(r"compared (\d+), different (\d+)", output)
    if done.returncode != 0 or result is None or int(result[1]) < int(count) or int(result[2]) != 0:
        sys.exit("BigInt differs from that of Node.js")


if __name__ == "__main__":
    main()
