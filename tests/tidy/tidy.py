#!/usr/bin/env python3
"""Rules about the sources that no compiler checks. Usage: tidy.py ROOT. Exit code 1 when a rule is broken."""

import os
import re
import sys

# Who may include whom. The first row whose folder holds the file applies: narrow folders come before wide ones.
# (folder, what its files may include of this project, reason)
LAYERS = (
    ("common/base/", ("common/base/",), "common/base is what everything stands on"),
    ("common/", ("common/",), "common is shared by engine, runner and coordinator, and knows none of them"),
    ("engine/schedule/", ("common/", "engine/schedule/", "engine/vu/vu.h"),
     "the scheduler sees only the Vu interface and a Clock, so that a fake of both tests it"),
    ("engine/", ("common/", "engine/", "third_party/"), "the engine stands below every binary"),
    ("cli/", ("common/", "engine/", "cli/"), "the command line uses the engine, and nothing uses it"),
    ("agent/", ("common/", "engine/task/", "agent/"), "an agent reaches the engine through its worker processes only"),
    ("runner/", ("common/", "engine/task/", "agent/", "runner/"), "a runner never includes the coordinator"),
    ("coordinator/", ("common/", "engine/task/", "agent/", "coordinator/"), "a coordinator never includes the runner"),
    ("tools/bench/", ("common/", "engine/", "tools/bench/"), "the benchmark's loads drive the engine's facade"),
    ("tools/fleet/", ("common/", "coordinator/", "tools/fleet/"), "simulated runners for a coordinator"),
    ("tools/", ("common/", "tools/"), "tools are for demos and tests: what they need of the engine belongs in common"),
)

# What a file must not include. (folder, pattern of the include, exceptions by path pattern, reason)
FORBIDDEN = (
    ("", r"(.*/)?(duktape|duk_config)\.h", r"engine/script/|third_party/|tests/",
     "Duktape's errors are longjmps: only the binding in engine/script may meet them"),
    ("engine/clients/", r"engine/(script|modules)/", None, "clients do protocol I/O and never see JavaScript"),
    ("engine/modules/", r"engine/clients/net/", None, "modules are JavaScript glue and never hold a socket"),
    ("engine/modules/", r"(sys/socket|sys/epoll|netinet/.*|arpa/inet|netdb)\.h", None,
     "modules are JavaScript glue and never hold a socket"),
    ("", r"(grpcpp/.*|mockarty/v1/\w+\.grpc\.pb\.h)",
     r"common/rpc/|runner/link/|coordinator/grpc/|cli/remote/|tests/|tools/(fleet|bench)/",
     "gRPC is the business of the adapters: everything else sees messages at most"),
    ("", r"mockarty/v1/\w+\.pb\.h", r"common/wire/|engine/task/|agent/|runner/|coordinator/|cli/remote/|tests/|tools/",
     "generated messages stay at the edges; common/wire turns them into the types that the engine works on"),
    ("common/", r"iostream|regex", None, "slow to compile, and iostream brings static constructors"),
    ("engine/", r"iostream|regex", None, "slow to compile, and std::regex recurses on hostile input"),
    ("cli/", r"iostream|regex", None, "slow to compile"),
    ("tools/", r"iostream|regex", None, "slow to compile"),
)

# A module may include the headers of its own name and of no other module; module_table.cc names them all.
MODULE_FILE = re.compile(r"engine/modules/(?P<name>\w+)_module(_\w+)?\.(h|cc)$")
MODULE_TABLE = "engine/modules/module_table.cc"

CODE_FOLDERS = ("common/", "engine/", "agent/", "runner/", "coordinator/", "cli/", "tools/")
TOP_FOLDERS_WITH_README = ("agent", "bench", "cli", "common", "coordinator", "docs", "engine", "proto", "runner",
                           "scripts", "tests", "third_party", "tools")
PROJECT_FOLDERS = ("common/", "engine/", "cli/", "tools/", "tests/", "third_party/", "agent/", "runner/",
                   "coordinator/")
NOT_OURS = ("build", ".git", ".deps", "node_modules", ".cache")
MAX_LINES = 600
MAX_MAIN_LINES = 60
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def source_files(root):
    """Paths from the root of all C and C++ files of ours, sorted."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in NOT_OURS)
        for name in names:
            if name.endswith((".h", ".cc", ".c")):
                found.append(os.path.relpath(os.path.join(folder, name), root))
    return sorted(found)


def check_layer(path, include):
    for folder, allowed, reason in LAYERS:
        if path.startswith(folder):
            if include.startswith(PROJECT_FOLDERS) and not include.startswith(allowed):
                return f"includes {include}, but {folder} may include {', '.join(allowed)} only: {reason}"
            return None
    return None


def check_forbidden(path, include):
    for folder, pattern, exceptions, reason in FORBIDDEN:
        if path.startswith(folder) and re.fullmatch(pattern + r".*" if pattern.endswith("/") else pattern, include):
            if exceptions is None or not re.match(exceptions, path):
                return f"includes {include}: {reason}"
    return None


def check_modules(path, include):
    module, other = MODULE_FILE.match(path), MODULE_FILE.match(include)
    if other is None or path == MODULE_TABLE or not path.startswith("engine/modules/"):
        return None
    if module is None or module["name"] != other["name"]:
        return f"includes {include}: modules never include one another; only {MODULE_TABLE} names them all"
    return None


def check_root(path, include, root, quoted):
    """Quoted includes are paths from the root, so that a reader finds the file and the rules above see it."""
    if not quoted or not path.startswith(PROJECT_FOLDERS) or path.startswith("third_party/"):
        return None
    # What is not there relative to the file is an installed library's header.
    if not include.startswith(PROJECT_FOLDERS) and os.path.exists(os.path.join(root, os.path.dirname(path), include)):
        return f'includes "{include}" by a relative path: includes start at the root of the repository'
    return None


def check_includes(path, lines, root):
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match is None:
            continue
        include = match[2]
        for message in (
            check_layer(path, include),
            check_forbidden(path, include),
            check_modules(path, include),
            check_root(path, include, root, match[1] == '"'),
        ):
            if message:
                yield f"{path}:{number}: {message}"


def check_guard(path, lines):
    if not path.endswith(".h") or not path.startswith(CODE_FOLDERS + ("tests/",)):
        return
    guard = re.sub(r"[^A-Z0-9]", "_", path.upper()) + "_"
    text = "\n".join(lines)
    if f"#ifndef {guard}\n#define {guard}\n" not in text + "\n":
        yield f"{path}:1: the header guard should be {guard}, the path of the file"


def check_size(path, lines):
    if not path.startswith(CODE_FOLDERS):
        return
    if len(lines) > MAX_LINES:
        yield f"{path}:{MAX_LINES}: has {len(lines)} lines; a file of one subject has at most {MAX_LINES}"
    if os.path.basename(path) == "main.cc" and len(lines) >= MAX_MAIN_LINES:
        yield f"{path}:1: has {len(lines)} lines; a binary is a library and a main of under {MAX_MAIN_LINES}"


def check_unfinished(path, lines):
    if not path.startswith(CODE_FOLDERS + ("tests/",)):
        return
    for number, line in enumerate(lines, 1):
        match = UNFINISHED.search(line)
        if match:
            yield f"{path}:{number}: {match[0]}: finish it, or file an issue and describe what is true today"


def check_readmes(root, paths):
    folders = {os.path.dirname(path) for path in paths if path.startswith(CODE_FOLDERS)}
    folders |= {folder for folder in TOP_FOLDERS_WITH_README if os.path.isdir(os.path.join(root, folder))}
    for folder in sorted(folders):
        if not os.path.isfile(os.path.join(root, folder, "README.md")):
            yield f"{folder}: has no README.md: purpose, entry header, threads"


def breaches(root):
    """All broken rules below `root`, one line each."""
    paths = source_files(root)
    found = []
    for path in paths:
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        found.extend(check_includes(path, lines, root))
        found.extend(check_guard(path, lines))
        found.extend(check_size(path, lines))
        found.extend(check_unfinished(path, lines))
    found.extend(check_readmes(root, paths))
    return found


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit("usage: tidy.py ROOT")
    paths = source_files(sys.argv[1])
    if not paths:
        sys.exit(f"tidy: no sources below {sys.argv[1]}")
    found = breaches(sys.argv[1])
    for line in found:
        print(line)
    print(f"tidy: {len(paths)} files, {len(found)} breaches")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
