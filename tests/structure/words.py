"""Words that do not belong into the project: places of one machine, its tracker, the hosts that it installs from."""

import re

# A pattern is written so that this file does not hold what it forbids.
FORBIDDEN = (
    (re.compile(r"(?<![\w.$}~*/-])/(?:work|home|root)/[\w.]+"), "a path of one machine"),
    (re.compile(r"\bissues?\s+(?:#\s?)?\d+", re.IGNORECASE), "a number of the tracker: say what it is about"),
    (re.compile(r"\b(?!one\.)[\w-]+\.npmjs\.(?:org|com)\b"), "a package registry's host: write *.npmjs" + ".org"),
    (re.compile(r"\bdeb\.debian\b\.org"), "a package archive's host"),
)

HOME = "/ho" + "me"  # in two parts for the same reason

# (path, the words as they stand there): why.
ALLOWED = {
    ("tests/capture/contained_preparation_test.cpp", HOME + "/a"): "a made-up home",
    ("tests/capture/contained_preparation_test.cpp", HOME + "/a/.config"): "a made-up home",
    ("tests/capture/contained_preparation_test.cpp", HOME + "/ada"): "a made-up home",
}


def check(tree):
    for path in tree.files:
        if not tree.is_text(path):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            for pattern, reason in FORBIDDEN:
                for found in pattern.finditer(line):
                    if (path, found.group(0)) not in ALLOWED:
                        yield f"{path}:{number}: \"{found.group(0)}\": {reason}"
