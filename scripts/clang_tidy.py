#!/usr/bin/env python3
"""Runs clang-tidy, two files at a time, and skips what was clean before with the same content.

Usage: clang_tidy.py BUILD_DIR FILE...
A file's key is a hash of its compile command, of .clang-tidy and of every header it includes, as the build's own
record (ninja -t deps) names them. Keys of clean files are kept in BUILD_DIR/clang-tidy. Exit code 1 on a finding.
"""

import concurrent.futures
import hashlib
import json
import os
import shlex
import subprocess
import sys

TOOL = "clang-tidy-14"
# Tests are left out: GoogleTest's macros break the naming rules by design.
FOLDERS = ("common/", "engine/", "agent/", "runner/", "coordinator/", "cli/", "tools/")
PARALLEL = 2
TIMEOUT_S = 600


def read_bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b"(missing)"


def dependencies(build_dir):
    """Object file -> the files it was compiled from, as ninja recorded them."""
    output = subprocess.run(["ninja", "-C", build_dir, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    found, current = {}, None
    for line in output.splitlines():
        if line.startswith("    "):
            current.append(line.strip())
        elif ": #deps" in line:
            current = found.setdefault(line.partition(":")[0], [])
    return found


class Keys:
    """Content keys; headers are hashed once each, installed ones by size and time only."""

    def __init__(self, root, build_dir):
        self.root = root
        self.build_dir = build_dir
        self.deps = dependencies(build_dir)
        self.hashes = {}
        self.common = read_bytes(os.path.join(root, ".clang-tidy"))
        self.common += subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout

    def of_file(self, path):
        path = os.path.normpath(os.path.join(self.build_dir, path))
        if path not in self.hashes:
            if path.startswith(self.root + os.sep):
                self.hashes[path] = hashlib.sha256(read_bytes(path)).digest()
            else:
                stat = os.stat(path) if os.path.exists(path) else None
                self.hashes[path] = repr((path, stat and (stat.st_size, stat.st_mtime_ns))).encode()
        return self.hashes[path]

    def deps_of(self, entry):
        words = shlex.split(entry["command"])
        return self.deps.get(words[words.index("-o") + 1], []) if "-o" in words else []

    def of_entry(self, entry):
        digest = hashlib.sha256(self.common)
        digest.update(entry["command"].encode())
        digest.update(self.of_file(entry["file"]))
        for path in sorted(self.deps_of(entry)):
            digest.update(self.of_file(path))
        return digest.hexdigest()


def run_tidy(build_dir, path):
    try:
        result = subprocess.run(
            [TOOL, "--quiet", "-p", build_dir, path],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, f"{path}: {TOOL} took more than {TIMEOUT_S} s"
    if result.returncode == 0:
        return 0, ""
    return result.returncode, result.stdout.strip() or result.stderr.strip()


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: clang_tidy.py BUILD_DIR FILE...")
    root = os.getcwd()
    build_dir = os.path.abspath(sys.argv[1])
    wanted = {os.path.abspath(path) for path in sys.argv[2:]}
    headers = {path for path in wanted if path.endswith(".h")}
    with open(os.path.join(build_dir, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    keys = Keys(root, build_dir)
    stamps = os.path.join(build_dir, "clang-tidy")
    os.makedirs(stamps, exist_ok=True)

    todo, clean = [], 0
    for entry in entries:
        if not os.path.relpath(entry["file"], root).startswith(FOLDERS):
            continue
        includes = {os.path.normpath(os.path.join(build_dir, path)) for path in keys.deps_of(entry)}
        if entry["file"] not in wanted and not headers & includes:
            continue
        stamp = os.path.join(stamps, keys.of_entry(entry))
        if os.path.exists(stamp):
            clean += 1
        else:
            todo.append((entry["file"], stamp))

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        for (path, stamp), (code, text) in zip(todo, pool.map(lambda job: run_tidy(build_dir, job[0]), todo)):
            if code == 0:
                open(stamp, "w", encoding="ascii").close()
            else:
                failed += 1
                print(f"{text}\n", flush=True)
                print(f"clang-tidy: {os.path.relpath(path, root)} has findings", flush=True)
    print(f"clang-tidy: {len(todo)} files looked at, {clean} unchanged since they were clean, {failed} with findings")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
