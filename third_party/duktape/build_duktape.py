#!/usr/bin/env python3
"""Makes duktape.c, duktape.h and duk_config.h from Duktape's source package.

Copies the source into a work folder, applies our patches in the order of their names, adds our files that use
Duktape's internals, and runs Duktape's own tools/configure.py. Needs Python 3, python3-yaml and patch.
"""
import argparse
import os
import shutil
import subprocess
import sys

OUTPUTS = ("duktape.c", "duktape.h", "duk_config.h")
COPIED = ("src-input", "tools", "config", "LICENSE.txt", "AUTHORS.rst", "duk_dist_meta.json")


def fail(message, detail=""):
    sys.stderr.write("build_duktape: %s\n%s" % (message, detail))
    sys.exit(1)


def copy_source(source, work):
    if not os.path.isdir(os.path.join(source, "src-input")):
        fail("no Duktape source in %s: run scripts/setup" % source)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    for name in COPIED:
        path = os.path.join(source, name)
        copy = shutil.copytree if os.path.isdir(path) else shutil.copy2
        copy(path, os.path.join(work, name))


def apply_patches(work, folder):
    for name in sorted(n for n in os.listdir(folder) if n.endswith(".patch")):
        command = ["patch", "-p1", "--batch", "--forward", "--fuzz=0", "--no-backup-if-mismatch", "-d", work,
                   "-i", os.path.join(folder, name)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            fail("patch %s does not apply" % name, done.stdout)


def add_internal_files(work, files):
    """Puts our files into the combined source, where Duktape's internals are visible."""
    for path in files:
        shutil.copy2(path, os.path.join(work, "src-input"))
    script = os.path.join(work, "tools", "configure.py")
    with open(script, encoding="latin-1") as f:
        text = f.read()
    marker = "        'duk_hobject_misc.c',\n"
    if text.count(marker) != 1:
        fail("tools/configure.py has no list of sources as expected")
    extra = "".join("        '%s',\n" % os.path.basename(path) for path in files if path.endswith(".c"))
    with open(script, "w", encoding="latin-1") as f:
        f.write(text.replace(marker, marker + extra))


def configure(work, result, options, builtins):
    command = [sys.executable, os.path.join(work, "tools", "configure.py"), "--quiet",
               "--source-directory", os.path.join(work, "src-input"),
               "--config-metadata", os.path.join(work, "config"),
               "--output-directory", result, "--rom-support", "--option-file", options]
    for what in ("commit", "describe", "branch"):
        command += ["--git-" + what, "external"]  # or it would take those of the repository we are in
    for path in builtins:
        command += ["--builtin-file", path]
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(command, cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    missing = [name for name in OUTPUTS if not os.path.exists(os.path.join(result, name))]
    if done.returncode != 0 or missing:
        fail("configure.py failed", done.stdout)


def publish(result, out):
    """Touches an output only when it changed, so that what depends on it is not built again."""
    os.makedirs(out, exist_ok=True)
    for name in OUTPUTS:
        source, target = os.path.join(result, name), os.path.join(out, name)
        with open(source, "rb") as f:
            new = f.read()
        if os.path.exists(target):
            with open(target, "rb") as f:
                if f.read() == new:
                    continue
        with open(target, "wb") as f:
            f.write(new)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, help="folder of Duktape's source package")
    parser.add_argument("--work", required=True, help="scratch folder, deleted first")
    parser.add_argument("--out", required=True, help="where the three files go")
    parser.add_argument("--patches", required=True)
    parser.add_argument("--options", required=True)
    parser.add_argument("--builtin", action="append", default=[], help="built-ins to add, in order")
    parser.add_argument("--internal", action="append", default=[], help="our files for the combined source")
    args = parser.parse_args()

    copy_source(args.source, args.work)
    apply_patches(args.work, args.patches)
    add_internal_files(args.work, args.internal)
    result = os.path.join(args.work, "result")
    configure(args.work, result, args.options, args.builtin)
    publish(result, args.out)


if __name__ == "__main__":
    main()
