"""The engine against Node.js, on random cases: those of tests/regexp, tests/bigint and their like.

    against_node.py FOLDER COUNT [SEED]      the seed of each run is printed; AGAINST_NODE_SEED in the environment sets it too

FOLDER has cases.mjs (SEED COUNT: writes cases with what Node.js makes of them), check.js (a script that compares), and
outcome.mjs (what both do). Needs node and MOCKARTY_BIN_DIR.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    folder, count = sys.argv[1:3]
    seed = sys.argv[3] if len(sys.argv) > 3 else os.environ.get("AGAINST_NODE_SEED", "20")
    cli = os.path.join(os.environ.get("MOCKARTY_BIN_DIR", os.path.join(HERE, "../../build/dev/bin")), "mockarty-cli")
    with tempfile.TemporaryDirectory(prefix="mockarty-against-node-") as work:
        for name in ("check.js", "outcome.mjs"):
            shutil.copy(os.path.join(folder, name), work)
        with open(os.path.join(work, "cases.json"), "wb") as cases:
            subprocess.run(["node", os.path.join(folder, "cases.mjs"), seed, count], stdout=cases, check=True, timeout=120)
        done = subprocess.run([cli, "perf", "run", os.path.join(work, "check.js"), "--iterations", "1", "--quiet"],
                              capture_output=True, text=True, timeout=240, check=False)
    output = done.stdout + done.stderr
    print(f"seed {seed}\n{output[:20000]}")
    result = re.search(r"compared (\d+), different (\d+)", output)
    if done.returncode != 0 or result is None or int(result[1]) < int(count) or int(result[2]) != 0:
        sys.exit("the engine differs from Node.js")


if __name__ == "__main__":
    main()
