#!/usr/bin/env python3
"""Breaks every rule of tidy.py once, in a temporary tree, and expects exactly that breach."""

import os
import tempfile
import unittest

import tidy


def header(path, *includes):
    guard = path.upper().replace("/", "_").replace(".", "_") + "_"
    lines = [f"#ifndef {guard}", f"#define {guard}", *includes, f"#endif  // {guard}"]
    return "\n".join(lines) + "\n"


# A tree in which every rule holds, near each rule's edge.
CLEAN = {
    "common/base/base.h": header("common/base/base.h", "#include <string>"),
    "common/metrics/window.h": header("common/metrics/window.h", '#include "common/base/base.h"'),
    "engine/script/heap.cc": '#include "duktape.h"\n#include "common/base/base.h"\n',
    "engine/vu/vu.h": header("engine/vu/vu.h"),
    "engine/schedule/pacer.cc": '#include "engine/vu/vu.h"\n#include "common/metrics/window.h"\n',
    "engine/clients/net/dial.h": header("engine/clients/net/dial.h", "#include <sys/socket.h>"),
    "engine/clients/http.cc": '#include "engine/clients/net/dial.h"\n#include "engine/vu/vu.h"\n',
    "engine/modules/http_module.h": header("engine/modules/http_module.h"),
    "engine/modules/http_module.cc": '#include "engine/modules/http_module.h"\n',
    "engine/modules/ws_module.h": header("engine/modules/ws_module.h"),
    "engine/modules/module_table.cc": '#include "engine/modules/http_module.h"\n#include "engine/modules/ws_module.h"\n',
    "cli/main.cc": '#include "engine/vu/vu.h"\n' + "int x;\n" * 58,
    "tools/target/app.cc": '#include "common/base/base.h"\n' + "int x;\n" * 599,
    "tests/unit/a_test.cc": '#include "duktape.h"\n#include "tools/target/app.h"\n',
}


class TidyTest(unittest.TestCase):
    def breaches(self, changes):
        """Breaches of the clean tree with `changes` on top; a None removes a file."""
        files = dict(CLEAN)
        for path in CLEAN:
            folder = os.path.dirname(path)
            while folder:
                files[folder + "/README.md"] = "# a folder\n"
                folder = os.path.dirname(folder)
        files.update(changes)
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                if text is None:
                    continue
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return tidy.breaches(root)

    def expect(self, path, text, message):
        found = self.breaches({path: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(path), found)
        self.assertIn(message, found[0])

    def test_the_clean_tree_is_clean(self):
        self.assertEqual(self.breaches({}), [])

    def test_layers(self):
        for path, include, message in (
            ("common/base/x.cc", "common/metrics/window.h", "everything stands on"),
            ("common/metrics/x.cc", "engine/vu/vu.h", "knows none of them"),
            ("common/metrics/x.cc", "tests/unit/x.h", "knows none of them"),
            ("engine/vu/x.cc", "cli/x.h", "below every binary"),
            ("engine/schedule/x.cc", "engine/vu/fiber.h", "only the Vu interface"),
            ("engine/schedule/x.cc", "engine/collect/x.h", "only the Vu interface"),
            ("tools/target/x.cc", "engine/vu/vu.h", "belongs in common"),
            ("cli/x.cc", "tools/target/x.h", "command line uses the engine"),
        ):
            with self.subTest(path=path, include=include):
                self.expect(path, f'#include "{include}"\n', message)

    def test_spaces_and_brackets_do_not_hide_an_include(self):
        self.expect("common/metrics/x.cc", "  #  include <engine/vu/vu.h>\n", "knows none of them")

    def test_forbidden(self):
        for path, include, message in (
            ("engine/modules/x.cc", "<duktape.h>", "longjmps"),
            ("engine/vu/x.cc", '"third_party/duktape/duktape.h"', "longjmps"),
            ("engine/clients/x.cc", '"engine/script/heap.h"', "never see JavaScript"),
            ("engine/clients/x.cc", '"engine/modules/helper.h"', "never see JavaScript"),
            ("engine/modules/x.cc", '"engine/clients/net/dial.h"', "never hold a socket"),
            ("engine/modules/x.cc", "<sys/socket.h>", "never hold a socket"),
            ("engine/modules/x.cc", "<netinet/in.h>", "never hold a socket"),
            ("common/base/x.cc", "<iostream>", "slow to compile"),
            ("engine/vu/x.cc", "<regex>", "slow to compile"),
            ("cli/x.cc", "<iostream>", "slow to compile"),
            ("tools/target/x.cc", "<regex>", "slow to compile"),
        ):
            with self.subTest(path=path, include=include):
                self.expect(path, f"#include {include}\n", message)

    def test_modules_never_include_one_another(self):
        for path in ("engine/modules/ws_module.cc", "engine/modules/ws_module_frames.cc", "engine/modules/helper.cc"):
            with self.subTest(path=path):
                self.expect(path, '#include "engine/modules/http_module.h"\n', "never include one another")

    def test_relative_includes(self):
        self.expect("engine/vu/x.cc", '#include "vu.h"\n', "relative path")
        self.expect("engine/clients/x.cc", '#include "net/dial.h"\n', "relative path")

    def test_header_guards(self):
        self.expect("engine/vu/x.h", "#pragma once\n", "ENGINE_VU_X_H_")
        self.expect("tests/unit/x.h", header("tests/x.h"), "TESTS_UNIT_X_H_")

    def test_sizes(self):
        self.expect("cli/main.cc", "int x;\n" * 60, "main of under 60")
        self.expect("engine/vu/x.cc", "int x;\n" * 601, "at most 600")

    def test_unfinished(self):
        self.expect("engine/vu/x.cc", "// TODO: later\n", "finish it")

    def test_readmes(self):
        found = self.breaches({"engine/vu/README.md": None})
        self.assertEqual(found, ["engine/vu: has no README.md: purpose, entry header, threads"])
        found = self.breaches({"tests/README.md": None})
        self.assertEqual(found, ["tests: has no README.md: purpose, entry header, threads"])


if __name__ == "__main__":
    unittest.main()
