"""What the documentation says against what there is.

    check_docs.py        MOCKARTY_BIN_DIR names the folder of the binaries

- every script of docs/scripting.md is a file of docs/examples, letter by letter (its header aside)
- every export of every module is named in docs/modules.md (those of the HTTP module in docs/http.md)
- every option of a script is named in docs/options.md, every flag of `perf run` in docs/cli.md
"""

import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
CLI = os.path.join(os.path.abspath(os.environ.get("MOCKARTY_BIN_DIR", os.path.join(ROOT, "build/dev/bin"))),
                   "mockarty-cli")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def without_header(text):
    lines = text.split("\n")
    while lines and re.match(r"// [a-z-]+:", lines[0]):
        lines.pop(0)
    return "\n".join(lines).strip()


def run_script(text):
    with tempfile.TemporaryDirectory(prefix="mockarty-docs-") as folder:
        path = os.path.join(folder, "script.js")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([CLI, "perf", "run", path, "-q"], capture_output=True, timeout=100, check=False,
                              stdin=subprocess.DEVNULL, env=dict(os.environ, HOME=folder))
        return done.stderr.decode("utf-8", "replace")


def check_examples():
    shown = re.findall(r"`examples/(\S+)`:\n\n```(?:js|ts)\n(.*?)```", read("docs/scripting.md"), re.S)
    if len(shown) < 8:
        yield f"docs/scripting.md: only {len(shown)} scripts were found in it"
    blocks = len(re.findall(r"```(?:js|ts)\n", read("docs/scripting.md")))
    if blocks != len(shown):
        yield f"docs/scripting.md: {blocks} scripts, {len(shown)} of them with the name of their file"
    for name, text in shown:
        if without_header(read("docs/examples/" + name)) != text.strip():
            yield f"docs/scripting.md: {name} differs from docs/examples/{name}"


def modules_and_exports():
    listed = re.search(r"this version has ([^\n]*)", run_script("require('k6/none');"))
    if listed is None:
        raise SystemExit("an unknown module does not list those there are")
    for name in listed.group(1).split(", "):
        said = run_script(f"exports.default = function () {{ console.log(JSON.stringify(Object.keys(require('{name}')))); }};")
        yield name, json.loads(re.search(r"\[VU 1\] (\[.*\])", said).group(1))


def section_of(text, module):
    """The part of modules.md under the heading that names the module."""
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        if module in re.split(r",\s*", part.split("\n")[0]):
            return part
    return ""


def check_modules():
    modules = read("docs/modules.md")
    http = read("docs/http.md")
    count = 0
    for module, exports in modules_and_exports():
        if module == "mockarty/legacy":  # for what converts older scripts, not for scripts
            continue
        section = section_of(modules, module)
        if not section:
            yield f"docs/modules.md: no section for {module}"
            continue
        for name in exports:
            count += 1
            text = section + (http if module.endswith("/http") else "")
            if name != "default" and not re.search(rf"\b{re.escape(name)}\b", text):
                yield f"docs/modules.md: {module} has '{name}', which is not named"
    if count < 100:
        yield f"only {count} exports were found"


def check_options():
    source = read("common/plan/option_names.cc")
    names = re.findall(r'"(\w+)"', source[source.index("kSupportedNames"):source.index("bool Contains")])
    options = read("docs/options.md")
    if len(names) < 40:
        yield f"only {len(names)} options were found"
    for name in names:
        if f"`{name}`" not in options:
            yield f"docs/options.md: '{name}' is not named"


def check_flags():
    said = subprocess.run([CLI, "perf", "run", "--help"], capture_output=True, timeout=100, check=True).stdout.decode()
    flags = set(re.findall(r"(--[a-z][a-z-]+)", said)) - {"--help"}
    text = read("docs/cli.md")
    if len(flags) < 40:
        yield f"only {len(flags)} flags were found"
    for flag in sorted(flags):
        if not re.search(rf"{flag}(?![a-z-])", text):
            yield f"docs/cli.md: {flag} is not named"
    variables = set(re.findall(r'"(K6_\w+)"', read("cli/option_flags.cc") + read("cli/argument_checks.cc")))
    for variable in sorted(variables):
        if f"`{variable}`" not in text:
            yield f"docs/cli.md: {variable} is not named"


def main():
    problems = [problem for check in (check_examples, check_modules, check_options, check_flags) for problem in check()]
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
