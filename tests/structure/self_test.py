#!/usr/bin/env python3
"""Every check fails on a small tree with the breach, and passes on one without it."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import budgets  # noqa: E402
import fuzzing  # noqa: E402
from check import CHECKS  # noqa: E402
from source_tree import SourceTree  # noqa: E402

for exceptions in (budgets.ALLOWED, fuzzing.WITHOUT_TARGET, fuzzing.WITHOUT_TEST):
    exceptions.clear()  # those are of the real tree

SOUND = {
    "base/cursor.h": "#pragma once\n",
    "model/flow.h": '#include "base/cursor.h"\n',
    "wire/dns.h": '#include "model/flow.h"\n',
    "wire/dns.cpp": '#include "wire/dns.h"\n#include <vector>\n',
    "wire/dns_fuzz.cpp": '#include "wire/dns.h"\n#include "tests/wire/message.h"\n',
    "tests/wire/message.h": "",
    "analyze/pipeline.cpp": '#include "wire/dns.h"\n',
    "cli/main.cpp": '#include "wire/dns.h"\n#include "model/flow.h"\n',
    "tests/wire/dns_test.cpp": '#include "wire/dns.h"\n',
    "tests/corpus/dns_fuzz/query": "\0",
    "tests/pcaps/dns/case.pcapng": "\0",
    "tests/pcaps/dns/case.expected.json": "{}",
    "tests/pcaps/README.md": "- dns: made by a script\n",
    "rules/packs/acme.json": '{"rules": []}',
    "docs/limits.md": "See [the tree](../README.md#tree), [rules](../rules/packs/), [RFC](https://example.org/x).\n",
    "README.md": "`[not](a-link)` and *.npmjs" + ".org\n",
}

# What is added to the sound tree (None: taken away), and words of the breach that must be told.
BREACHES = {
    "floors": [
        ({"model/flow.h": '#include "wire/dns.h"\n'}, "model/ may not include wire/"),
        ({"rules/pack.cpp": '#include "wire/dns.h"\n'}, "rules/ may not include wire/"),
        ({"capture/x.cpp": '#include "analyze/y.h"\n', "analyze/y.h": ""}, "capture/ may not include analyze/"),
        ({"base/x.cpp": '  #  include "cli/x.h"\n', "cli/x.h": ""}, "base/ may not include cli/"),
        ({"bench/x.cpp": '#include "wire/dns.h"\n'}, "bench/ may not include wire/"),
        ({"wire/tls.cpp": '#include "dns.h"\n'}, "no file below the root"),
        ({"wire/x.cpp": '#include "tests/wire/y.h"\n', "tests/wire/y.h": ""}, "wire/ may not include tests/"),
        ({"wire/x_fuzz.cpp": '#include "cli/y.h"\n', "cli/y.h": ""}, "wire/ may not include cli/"),
        ({"helpers/x.cpp": ""}, "outside the known folders"),
    ],
    "budgets": [
        ({"cli/long.cpp": "\n" * 401}, "401 lines"),
        ({"cli/long.h": "\n" * 151}, "151 lines"),
        ({"tests/cli/long_test.cpp": "\n" * 401}, "401 lines"),
    ],
    "fuzzing": [
        ({"tests/corpus/dns_fuzz/query": None}, "missing or empty"),
        ({"tests/corpus/tls_fuzz/hello": "x"}, "no target"),
        ({"tests/wire/dns_test.cpp": None}, "no test includes wire/dns.h"),
        ({"wire/tls.cpp": ""}, "no fuzz target includes wire/tls.h"),
    ],
    "words": [
        ({"docs/x.md": "see /wo" + "rk/main"}, "a path of one machine"),
        ({"docs/x.md": "cd /ho" + "me/me"}, "a path of one machine"),
        ({"cli/x.cpp": "// \"/ro" + "ot/.config\""}, "a path of one machine"),
        ({"cli/x.cpp": "// fixes iss" + "ue #12"}, "a number of the tracker"),
        ({"docs/x.md": "Iss" + "ue 7"}, "a number of the tracker"),
        ({"rules/packs/x.json": '{"host": "registry.npmjs' + '.org"}'}, "a package registry's host"),
        ({"docs/x.md": "http://deb.debian" + ".org/debian"}, "a package archive's host"),
    ],
    "packs": [
        ({"rules/packs/x.json": '{"rules": ['}, "rules/packs/x.json"),
        ({"rules/packs/x.json": '{"id": 1, "id": 2}'}, "stands twice"),
        ({"rules/packs/x.json": "[]"}, "not an object"),
    ],
    "goldens": [
        ({"tests/pcaps/dns/case.expected.json": None}, "case.expected.json is missing"),
        ({"tests/pcaps/dns/case.pcapng": None}, "case.pcapng is missing"),
        ({"tests/pcaps/dns/old.pcapng": "x"}, "no test uses it"),
        ({"tests/pcaps/README.md": "- tls: made by a script\n"}, "how it was made"),
    ],
    "links": [
        ({"docs/x.md": "[gone](gone.md)"}, "gone.md leads nowhere"),
        ({"README.md": "[docs](docs/gone/)"}, "leads nowhere"),
    ],
}


def breaches(check, changes):
    """What the check says of the sound tree with these changes."""
    with tempfile.TemporaryDirectory(prefix="waybill-structure-") as folder:
        for path, content in {**SOUND, **changes}.items():
            if content is None:
                continue
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return list(CHECKS[check](SourceTree(folder)))


class StructureTest(unittest.TestCase):
    def test_a_sound_tree_passes_every_check(self):
        for check in CHECKS:
            with self.subTest(check):
                self.assertEqual(breaches(check, {}), [])

    def test_every_check_tells_each_breach(self):
        self.assertEqual(set(BREACHES), set(CHECKS))
        for check, rows in BREACHES.items():
            for changes, words in rows:
                with self.subTest(check, changes=list(changes)):
                    told = breaches(check, changes)
                    self.assertTrue(any(words in breach for breach in told), told)


if __name__ == "__main__":
    unittest.main()
